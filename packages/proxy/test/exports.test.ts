import * as main from "@fourwire/proxy";
import { expect, it } from "vitest";

it("exports these names and no others", () => {
  expect(Object.keys(main).sort()).toEqual([
    "ProxyError",
    "Signal",
    "agentOf",
    "at",
    "byReference",
    "byValue",
    "closeWith",
    "connect",
    "describe",
    "notify",
    "ping",
    "release",
    "rootOf",
    "sameRemote",
    "serve",
    "set",
    "withOptions",
  ]);
});
