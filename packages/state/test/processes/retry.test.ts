import { describe, expect, it } from "vitest";
import { completeRetry, delayAfter, isRetried } from "../../src/processes/retry.ts";
import { failure } from "../fixture.ts";
import { contextOver, reachable } from "./fixture.ts";
import { second, unlucky } from "./tasks.js";

const [zmqCase = expect.fail()] = reachable;

describe.each(reachable)("a process over $name that is to be tried again", (transportCase) => {
  it("runs max + 1 times, with the replacement from the second on, and tells the last error [zproc-21]", async () => {
    await using stage = await contextOver(transportCase);
    const { context } = stage;
    const nextProps = (_props: unknown, { attempt }: { attempt: number }) =>
      ({ word: `after ${attempt}`, kind: "range" }) as const;
    const process = await context.spawn(unlucky, {
      props: { word: "first", kind: "SIGTERM" },
      retry: { on: [RangeError, "SIGTERM"], max: 3, delayMs: 1, nextProps },
    });
    const error = await failure(process.wait());
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toBe("attempt 4");
    expect(process).toMatchObject({ attempt: 4, exitCode: 1 });
    const tries = (await context.state.get("tries")) ?? [];
    expect(tries.map((line) => line.replace(/ \d+$/, ""))).toEqual(["1 first", "2 after 1", "3 after 2", "4 after 3"]);
    // A caught signal and a thrown error leave the process as it is.
    expect(new Set(tries.map((line) => line.split(" ").at(-1)))).toEqual(new Set([String(process.pid)]));
  });
});

describe("a process that is to be tried again", () => {
  it("gets a new process when a signal has ended the one before [zproc-21]", async () => {
    await using stage = await contextOver(zmqCase);
    const { context } = stage;
    const process = await context.spawn(unlucky, {
      props: { word: "killed", kind: "SIGKILL" },
      retry: { on: ["SIGKILL"], max: 1, delayMs: 1 },
    });
    expect(await failure(process.wait())).toMatchObject({ name: "ProcessError", code: "EXITED", signal: "SIGKILL" });
    const tries = (await context.state.get("tries")) ?? [];
    expect(tries).toHaveLength(2);
    expect(new Set(tries.map((line) => line.split(" ").at(-1))).size).toBe(2);
    expect(process).toMatchObject({ attempt: 2, exitCode: undefined, exitSignal: "SIGKILL" });
  });

  it("is not tried again after other errors, nor after ProcessExit", async () => {
    await using stage = await contextOver(zmqCase, { processes: { backend: "inline" } });
    const { context } = stage;
    const retry = { on: [RangeError], max: 3, delayMs: 1 };
    const other = await context.spawn(unlucky, { props: { word: "a", kind: "type" }, retry });
    expect(await failure(other.wait())).toBeInstanceOf(TypeError);
    const left = await context.spawn(unlucky, { props: { word: "b", kind: "exit" }, retry: { delayMs: 1 } });
    expect(await failure(left.wait())).toMatchObject({ code: "EXITED", exitCode: 3 });
    expect(await context.state.get("tries")).toHaveLength(2);
  });

  it("is stopped while it waits for its next attempt", async () => {
    await using stage = await contextOver(zmqCase, { processes: { backend: "inline" } });
    const retry = { max: Number.POSITIVE_INFINITY, delayMs: 60_000 };
    const process = await stage.context.spawn(unlucky, { props: { word: "a", kind: "type" }, retry });
    const waiting = failure(process.wait());
    await stage.context.state.until(({ tries }) => tries.length === 1, { timeoutMs: 10_000 });
    await process.stop();
    const stopped = await waiting;
    expect(stopped).toMatchObject({ code: "STOPPED" });
  });

  it("is ended when an attempt takes too long, and can be tried again after that", async () => {
    await using stage = await contextOver(zmqCase, { processes: { backend: "inline" } });
    const { context } = stage;
    const attemptTimeoutMs = 200;
    const once = await context.spawn(second, { attemptTimeoutMs });
    expect(await failure(once.wait())).toMatchObject({ code: "ATTEMPT_TIMEOUT", path: "root/second" });
    const twice = await context.spawn(second, { attemptTimeoutMs, retry: { max: 1, delayMs: 1 } });
    expect(await twice.wait()).toBe(2);
  });
});

describe("the wait before the next attempt", () => {
  it("grows by its factor up to a limit, and a part of it is random", () => {
    const settings = completeRetry({ delayMs: 100, factor: 3, maxDelayMs: 1_000, jitter: 0.5 });
    const waits = (random: number) => [1, 2, 3, 4].map((attempt) => delayAfter(attempt, settings, () => random));
    expect(waits(0)).toEqual([100, 300, 900, 1_000]);
    expect(waits(1)).toEqual([50, 150, 450, 500]);
  });

  it("is for the errors that are named, by class, name, signal or a function", () => {
    const foreign = Object.assign(new Error("far"), { name: "RangeError" });
    expect(isRetried(undefined, new Error("any"))).toBe(true);
    expect(isRetried([RangeError], foreign)).toBe(true);
    expect(isRetried([TypeError], foreign)).toBe(false);
    expect(isRetried([Error], foreign)).toBe(true);
    expect(isRetried(["SIGTERM"], Object.assign(new Error("end"), { signal: "SIGTERM" }))).toBe(true);
    expect(isRetried(["SIGTERM"], foreign)).toBe(false);
    expect(isRetried([(error) => error === foreign], foreign)).toBe(true);
    expect(isRetried([], foreign)).toBe(false);
  });
});
