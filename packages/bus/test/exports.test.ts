import * as bus from "@fourwire/bus";
import * as global from "@fourwire/bus/global";
import * as pymq from "@fourwire/bus/pymq-names";
import { expect, it } from "vitest";

it("exports these names and no others", () => {
  expect(Object.keys(bus).sort()).toEqual([
    "BusError",
    "connectBus",
    "defineContract",
    "defineEvent",
    "listener",
    "nameMethods",
    "named",
    "remote",
  ]);
});

it("has a global bus with these names", () => {
  expect(Object.keys(global).sort()).toEqual([
    "bus",
    "expose",
    "init",
    "publish",
    "queue",
    "remove",
    "rpc",
    "shutdown",
    "stub",
    "subscribe",
  ]);
});

it("has these of Python's names", () => {
  expect(Object.keys(pymq).sort()).toEqual([
    "add_listener",
    "expose",
    "init",
    "publish",
    "queue",
    "remove_listener",
    "rpc",
    "shutdown",
    "stub",
    "subscribe",
    "unexpose",
    "unsubscribe",
  ]);
});
