import * as main from "@fourwire/spawner";
import * as pino from "@fourwire/spawner/pino";
import { expect, it } from "vitest";

it("exports these names and no others", () => {
  expect(Object.keys(main).sort()).toEqual([
    "LogCollector",
    "SpawnError",
    "WorkerPool",
    "attach",
    "buildTransport",
    "checkNotImporting",
    "copyOf",
    "forwardLogs",
    "instantiate",
    "iterate",
    "logDestination",
    "printLogs",
    "requireRecipe",
    "sendLogs",
    "serveInProcess",
    "serveInThread",
    "serveLogs",
    "serveParent",
    "serveProcess",
    "setExecution",
    "spawn",
    "startDaemon",
    "workerLogger",
  ]);
  expect(Object.keys(pino).sort()).toEqual(["default"]);
});
