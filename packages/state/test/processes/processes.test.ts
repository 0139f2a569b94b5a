import { RemoteError } from "@fourwire/session";
import { createContext, ProcessError } from "@fourwire/state/processes";
import { memory } from "@fourwire/transport/memory";
import { describe, expect, it } from "vitest";
import { deferred, failure } from "../fixture.ts";
import { contextOver, optionsFor, reachable, survivorsOf } from "./fixture.ts";
import { child1, child2, double, fail, type How, notATask, returnsFunction, wait, where } from "./tasks.js";

const [zmqCase = expect.fail()] = reachable;

describe.each(reachable)("processes over $name", (transportCase) => {
  it("run the documentation's example in its order, without a sleep [zproc-1]", async () => {
    await using stage = await contextOver(transportCase);
    const { context } = stage;
    const children = await context.spawnMany([child1, child2]);
    await context.state.set("foo", "foobar");
    await children.wait();
    expect(await context.state.get("log")).toEqual(["child1 saw foo change", "child2 saw foo become bar"]);
  });

  it("give their results, errors and ends to whoever waits, three levels deep [zproc-18]", async () => {
    await using stage = await contextOver(transportCase);
    const { context } = stage;
    const run = async (how: How) => await (await context.spawn(fail, { props: { how, depth: 3 }, name: how })).wait();
    const path = (how: How) => `root/${how}/fail/fail`;
    const checks = {
      return: expect(run("return")).resolves.toEqual({ map: new Map([["a", 1n]]), path: path("return") }),
      throw: failure(run("throw")).then((thrown) => {
        expect(thrown).toBeInstanceOf(RemoteError);
        const data = { where: "in the woods" };
        expect(thrown).toMatchObject({ name: "Lost", message: "the way", code: "LOST_IT", data });
        expect(thrown.cause).toBeInstanceOf(RangeError);
        expect(thrown.stack).toContain("tasks.js");
      }),
      exit: expect(run("exit")).rejects.toMatchObject({ code: "EXITED", exitCode: 7, path: path("exit") }),
      leave: expect(run("leave")).rejects.toMatchObject({ code: "EXITED", exitCode: 9, path: path("leave") }),
      kill: failure(run("kill")).then((killed) => {
        expect(killed).toBeInstanceOf(ProcessError);
        expect(killed).toMatchObject({ code: "EXITED", signal: "SIGKILL", path: path("kill") });
      }),
    };
    await Promise.all(Object.values(checks));
  }, 120_000);
});

describe.each(["process", "thread", "inline"] as const)("a task whose backend is %s", (backend) => {
  const options = { processes: { backend } };

  it("runs beside the state, and its handle says how it ended", async () => {
    await using stage = await contextOver(zmqCase, options);
    const { context } = stage;
    const started = await context.spawn(where);
    expect(started.isAlive).toBe(true);
    const found = await started.wait({ timeoutMs: 10_000 });
    expect(found).toMatchObject({ path: "root/where", attempt: 1, id: started.id });
    expect(found.pid).toBe(started.pid);
    expect(found.pid === process.pid).toBe(backend !== "process");
    expect(found.threadId > 0).toBe(backend === "thread");
    expect(started).toMatchObject({ isAlive: false, exitCode: 0, exitSignal: undefined, attempt: 1 });
    const failed = await context.spawn(fail, { props: { how: "throw" } });
    expect(await failure(failed.wait())).toMatchObject({ name: "Lost", code: "LOST_IT" });
    expect(failed.exitCode).toBe(1);
    const left = await context.spawn(fail, { props: { how: "exit" } });
    expect(await failure(left.wait())).toMatchObject({ code: "EXITED", exitCode: 7 });
    expect(left.exitCode).toBe(7);
  });

  it("starts processes of its own that reach the same state", async () => {
    await using stage = await contextOver(zmqCase, options);
    const nested = await stage.context.spawn(fail, { props: { how: "return", depth: 2 } });
    expect((await nested.wait()).path).toBe("root/fail/fail");
  });

  it("has its signal aborted when it is stopped, and the time to end", async () => {
    await using stage = await contextOver(zmqCase, options);
    const { context } = stage;
    const waiting = await context.spawn(wait, { props: "a" });
    await context.state.until(({ log }) => log.includes("a waits"), { timeoutMs: 10_000 });
    await waiting.stop();
    await waiting.stop();
    expect(await waiting.wait()).toBe("a");
    expect(await context.state.get("log")).toEqual(["a waits", "a ends"]);
    expect(waiting.isAlive).toBe(false);
  });

  it("is stopped with its context", async () => {
    const stage = await contextOver(zmqCase, options);
    const waiting = await stage.context.spawn(wait, { props: "a" });
    const ending = waiting.wait();
    await stage.context.state.until(({ log }) => log.includes("a waits"), { timeoutMs: 10_000 });
    await stage[Symbol.asyncDispose]();
    expect(await ending).toBe("a");
    expect(waiting.isAlive).toBe(false);
    if (backend === "process") expect(await survivorsOf([waiting.pid ?? 0], 2_000)).toEqual([]);
    expect(await failure(stage.context.spawn(where))).toMatchObject({ code: "CLOSED" });
  });

  it("is refused when it is none, or returns what does not cross", async () => {
    await using stage = await contextOver(zmqCase, options);
    const { context } = stage;
    const impostor = { module: where.module, exportName: "notATask", run: notATask };
    expect(await failure(context.spawn(impostor).then((started) => started.wait()))).toMatchObject({
      code: "NOT_A_TASK",
    });
    const missing = { ...impostor, exportName: "nothing" };
    expect(await failure(context.spawn(missing))).toMatchObject({ code: "NOT_A_TASK" });
    const returning = await context.spawn(returnsFunction);
    expect((await failure(returning.wait())).message).toContain("could not be cloned");
  });
});

describe("several processes", () => {
  const inline = { processes: { backend: "inline" } } as const;

  it("are started, stopped and waited for as one, in their order", async () => {
    await using stage = await contextOver(zmqCase, inline);
    const { context } = stage;
    const group = context.processFactory([double], { props: 4, count: 3 });
    expect([...group].map(({ isAlive, path }) => [isAlive, path])).toEqual([
      [false, "root/double"],
      [false, "root/double-2"],
      [false, "root/double-3"],
    ]);
    await group.start();
    await group.start();
    expect(await group.wait({ timeoutMs: 10_000 })).toEqual([8, 8, 8]);
    const each = await context.spawnEach(double, [1, 2, 3]);
    expect(await each.wait()).toEqual([2, 4, 6]);
    const mixed = await context.spawnMany([double, where], { props: 1 });
    expect((await mixed.wait())[0]).toBe(2);
    expect(context.processes.size).toBe(0);
  });

  it("are waited for with one deadline, each with its end", async () => {
    await using stage = await contextOver(zmqCase, inline);
    const { context } = stage;
    await context.spawn(double, { props: 2 });
    await context.spawn(wait, { props: "a" });
    await context.spawn(fail, { props: { how: "throw" } });
    const ends = await context.waitAllSettled({ timeoutMs: 300 });
    expect(ends.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
    expect(ends[1]).toMatchObject({ reason: { code: "TIMEOUT" } });
    expect(ends[2]).toMatchObject({ reason: { name: "Lost" } });
    expect(await failure(context.waitAll({ signal: AbortSignal.abort(new Error("enough")) }))).toMatchObject({
      message: "enough",
    });
    await context.stopAll();
    expect(await context.waitAll()).toEqual([]);
  });

  it("are waited for at the end by a context that is told to", async () => {
    await using stage = await contextOver(zmqCase, { ...inline, wait: true });
    const { context } = stage;
    const done = await context.spawn(child1);
    const connected = await stage.context.state.open<{ foo: string }>("default");
    const closing = context.close();
    await connected.set("foo", "foobar");
    await closing;
    expect(done.exitCode).toBe(0);
  });

  it("tell others of their results by their ids, for a time", async () => {
    await using stage = await contextOver(zmqCase, inline);
    const { context, transport } = stage;
    const { address, key } = context;
    await using other = await createContext(optionsFor(transport, { server: address, key, ...inline }));
    const waiting = await context.spawn(wait, { props: "a" });
    const failed = await context.spawn(fail, { props: { how: "throw" } });
    expect(await failure(failed.wait())).toMatchObject({ name: "Lost" });
    const early = other.result(waiting.id, { timeoutMs: 10_000 });
    expect(await failure(other.result(failed.id))).toMatchObject({
      name: "Lost",
      message: "the way",
      code: "LOST_IT",
      data: { where: "in the woods" },
      cause: { name: "RangeError" },
    });
    expect(await other.list()).toMatchObject([
      { name: "wait", path: "root/wait", status: "running", pid: process.pid },
      { name: "fail", status: "failed" },
    ]);
    await waiting.stop();
    expect(await early).toBe("a");
    const brief = await context.spawn(double, { props: 3, resultTtlMs: 1 });
    expect(await brief.wait()).toBe(6);
    const registry = await context.state.open("fourwire.processes");
    await registry.until((values) => values[brief.id] === undefined, { timeoutMs: 10_000 });
    expect(await failure(other.result(brief.id))).toMatchObject({ code: "NOT_FOUND" });
  });

  it("that fail without anybody waiting are told of", async () => {
    const told: string[] = [];
    const { promise, resolve } = deferred();
    const onError = (error: unknown, path: string): void => {
      told.push(`${path}: ${String(error)}`);
      resolve();
    };
    await using stage = await contextOver(zmqCase, { ...inline, onError });
    await stage.context.spawn(fail, { props: { how: "throw" } });
    await promise;
    expect(told).toEqual(["root/fail: Lost: the way"]);
  });

  it("cannot reach a state in the memory of another process, and say so", async () => {
    await using transport = memory();
    await using context = await createContext(optionsFor(transport));
    expect(await failure(context.spawn(where))).toMatchObject({ name: "SpawnError", code: "NO_RECIPE" });
    const inThread = await context.spawn(where, { backend: "inline", execArgv: undefined });
    expect(await inThread.wait()).toMatchObject({ pid: process.pid });
  });

  it("refuse options that make no sense, naming them", async () => {
    await using stage = await contextOver(zmqCase, inline);
    const { context } = stage;
    const refused = async (options: object) => (await failure(context.spawn(where, options))).message;
    expect(await refused({ backend: "cluster" })).toContain("backend");
    expect(await refused({ attemptTimeoutMs: 0 })).toContain("attemptTimeoutMs");
    expect(await refused({ resultTtlMs: -1 })).toContain("resultTtlMs");
    expect(await refused({ name: "a/b" })).toContain("name");
    expect(await refused({ retry: { max: -1 } })).toContain("retry.max");
    expect(await refused({ retry: { on: ["RangeError"] } })).toContain("retry.on");
    expect(() => context.processFactory([where], { count: 0 })).toThrow("count");
    expect(context.processes.size).toBe(0);
  });
});
