import * as main from "@fourwire/spawner";
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
    "printLogs",
    "requireRecipe",
    "serveInProcess",
    "serveInThread",
    "serveParent",
    "serveProcess",
    "setExecution",
    "spawn",
    "startDaemon",
    "workerLogger",
  ]);
});
