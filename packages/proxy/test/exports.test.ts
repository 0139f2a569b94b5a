import * as main from "@fourwire/proxy";
import { expect, it } from "vitest";

it("exports these names and no others", () => {
  expect(Object.keys(main).sort()).toEqual([
    "ProxyError",
    "Signal",
    "agentOf",
    "at",
    "batch",
    "byReference",
    "byValue",
    "closeWith",
    "connect",
    "createHandOver",
    "defineContract",
    "describe",
    "fromEvents",
    "method",
    "notify",
    "ping",
    "property",
    "release",
    "rootOf",
    "sameRemote",
    "serve",
    "serveAgent",
    "set",
    "signal",
    "stream",
    "transfer",
    "withOptions",
  ]);
});
