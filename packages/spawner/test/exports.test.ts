import * as main from "@fourwire/spawner";
import { expect, it } from "vitest";

it("exports these names and no others", () => {
  expect(Object.keys(main).sort()).toEqual([
    "SpawnError",
    "attach",
    "copyOf",
    "instantiate",
    "iterate",
    "serveInProcess",
    "serveInThread",
    "serveParent",
    "serveProcess",
    "setExecution",
    "spawn",
  ]);
});
