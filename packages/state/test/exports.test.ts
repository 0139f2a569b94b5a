import * as main from "@fourwire/state";
import * as lmdb from "@fourwire/state/lmdb";
import * as processes from "@fourwire/state/processes";
import * as redis from "@fourwire/state/redis";
import * as zproc from "@fourwire/state/zproc";
import { expect, it } from "vitest";

it("exports these names and no others", () => {
  expect(Object.keys(main).sort()).toEqual([
    "State",
    "StateError",
    "all",
    "any",
    "applyChange",
    "connectState",
    "hashOf",
    "memoryStore",
    "not",
    "serveState",
    "where",
  ]);
  expect(Object.keys(lmdb)).toEqual(["lmdbStore"]);
  expect(Object.keys(processes).sort()).toEqual([
    "Context",
    "ProcessError",
    "ProcessExit",
    "ProcessGroup",
    "SignalError",
    "TaskContext",
    "TaskPool",
    "createContext",
    "raiseOnSignal",
    "task",
  ]);
  expect(Object.keys(redis)).toEqual(["redisStore"]);
  expect(Object.keys(zproc).sort()).toEqual([
    "getRawUpdate",
    "getValWhenChange",
    "getWhen",
    "getWhenAvailable",
    "getWhenChange",
    "getWhenEqual",
    "getWhenNone",
    "getWhenNotEqual",
    "getWhenNotNone",
    "setDefault",
    "when",
    "whenAvailable",
    "whenChange",
    "whenChangeRaw",
    "whenEqual",
    "whenFalsy",
    "whenNone",
    "whenNotEqual",
    "whenNotNone",
    "whenTruthy",
  ]);
});
