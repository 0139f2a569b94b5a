import { RemoteError, SessionError } from "@fourwire/session";
import { zmq } from "@fourwire/transport-zmq";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connect } from "../src/index.ts";
import { connectSync } from "../src/sync/index.ts";
import { failure } from "./fixture.ts";
import { type Robot, type SyncServer, startProcess } from "./sync-peer.ts";

class OverheatedError extends Error {
  override readonly name = "OverheatedError";
  declare readonly celsius: number;

  inFahrenheit(): number {
    return (this.celsius * 9) / 5 + 32;
  }
}

let server: SyncServer;
beforeAll(async () => {
  server = await startProcess();
});
afterAll(() => server[Symbol.asyncDispose]());

/** Returns what a function throws. */
function thrown(run: () => unknown): Error & Record<string, unknown> {
  try {
    run();
  } catch (error) {
    return error as Error & Record<string, unknown>;
  }
  throw new Error("It returned although it should have thrown");
}

it("throws what the method throws: name, message, code, fields, causes", () => {
  using robot = connectSync<Robot>(server.address);
  const error = thrown(() => robot.heat(99));
  expect(error).toBeInstanceOf(RemoteError);
  expect(error).toMatchObject({
    name: "OverheatedError",
    message: "99 degrees are too many",
    code: "HOT",
    data: { celsius: 99 },
  });
  expect(error.cause).toBeInstanceOf(RangeError);
  expect(error.cause).toMatchObject({ message: "the fan is off", cause: { message: "no power" } });
});

it("throws the very error that an asynchronous proxy rejects with", async () => {
  using robot = connectSync<Robot>(server.address);
  await using transport = zmq();
  await using other = await connect<Robot>(server.address, { transport });
  const [here, there] = [thrown(() => robot.heat(99)), await failure(other.heat(99))];
  const parts = ({ name, message, code, data, remoteStack, cause }: typeof here) => ({
    name,
    message,
    code,
    data,
    remoteStack,
    cause,
  });
  expect(parts(here)).toStrictEqual(parts(there));
});

it("makes registered errors instances of their classes", () => {
  using robot = connectSync<Robot>(server.address, { errors: { OverheatedError } });
  const error = thrown(() => robot.heat(100));
  expect(error).toBeInstanceOf(OverheatedError);
  expect(error instanceof OverheatedError && error.inFahrenheit()).toBe(212);
});

it("shows where it was called and, below that, where it was thrown", () => {
  using robot = connectSync<Robot>(server.address);
  const { stack = "" } = thrown(() => robot.heat(1));
  const [here, there] = stack.split("at the other end:");
  expect(here).toContain("sync-errors.test.ts");
  expect(there).toContain("sync-server.js");
});

it("throws for what is not there, not writable, and does not cross, and goes on", () => {
  using robot = connectSync<Robot & { nothing: number; _hidden: number }>(server.address);
  expect(thrown(() => robot.nothing)).toMatchObject({ name: "ProxyError", code: "NOT_FOUND" });
  expect(thrown(() => Object.assign(robot, { add: 1 }))).toMatchObject({ name: "ProxyError", code: "NOT_WRITABLE" });
  expect(thrown(() => robot.echo(Symbol("here")))).toBeInstanceOf(SessionError);
  expect(thrown(() => robot.echo([Symbol("here")])).message).toContain("[0][0]");
  const there = thrown(() => robot.unserializable());
  expect(there).toBeInstanceOf(RemoteError);
  expect(there).toMatchObject({ name: "SessionError", code: "NOT_SERIALIZABLE" });
  expect(Reflect.get(robot, "_hidden")).toBeUndefined();
  expect(() => Reflect.deleteProperty(robot, "age")).toThrow(TypeError);
  expect(robot.add(1, 1)).toBe(2);
});

it("throws TIMEOUT after its time, saying who could never answer, and goes on", () => {
  using robot = connectSync<Robot>(server.address, { timeoutMs: 100 });
  const error = thrown(() => robot.forever());
  expect(error).toBeInstanceOf(SessionError);
  expect(error).toMatchObject({ name: "SessionError", code: "TIMEOUT", outcome: "unknown" });
  expect(error.message).toBe(
    '"forever" gave no answer in 100 ms; this thread waits, so a server on this same thread can never answer',
  );
  expect(robot.add(1, 1)).toBe(2);
});
