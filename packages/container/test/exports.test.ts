import * as main from "@fourwire/container";
import * as testing from "@fourwire/container/testing";
import { expect, it } from "vitest";

it("exports these names and no others", () => {
  expect(Object.keys(main).sort()).toEqual([
    "ContainerError",
    "EVENT_BUS",
    "HUB",
    "HUB_TRANSPORT",
    "LOGGER",
    "Lifecycle",
    "SERVED_PROCESS",
    "SPAWNER",
    "STATE",
    "STATE_SERVER",
    "TRANSPORT",
    "attachedToken",
    "configure",
    "delay",
    "inject",
    "injectAll",
    "injectable",
    "instanceCachingFactory",
    "provide",
    "proxyToken",
    "scoped",
    "serverToken",
    "stateToken",
    "transportToken",
    "workerToken",
  ]);
});

it("exports for tests this name and no other", () => {
  expect(Object.keys(testing)).toEqual(["configureForTest"]);
});
