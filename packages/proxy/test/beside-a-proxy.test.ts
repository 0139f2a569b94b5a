import { describe, expect, it } from "vitest";
import { agentOf, at, describe as describeRemote, notify, ping, set, withOptions } from "../src/index.ts";
import { deferred, failure, stage, turns, until } from "./fixture.ts";
import { Robot } from "./robot.ts";
import { transports } from "./transports.ts";

describe.each(transports)("the functions beside a proxy over $name", ({ create }) => {
  it("withOptions: times out one call and leaves the others their time", async () => {
    await using all = await stage(new Robot(), { transport: create() });
    const error = await failure(withOptions(all.proxy, { timeoutMs: 20 }).forever());
    expect(error).toMatchObject({ name: "SessionError", code: "TIMEOUT", outcome: "unknown" });
    expect(error.message).toContain("forever");
    expect(await all.proxy.add(1, 1)).toBe(2);
  });

  it("withOptions: aborts at once, and the method learns of it", async () => {
    const aborted = deferred<unknown>();
    const called = deferred();
    const served = {
      wait(signal: AbortSignal): Promise<never> {
        called.resolve();
        signal.addEventListener("abort", () => aborted.resolve(signal.aborted));
        return new Promise(() => undefined);
      },
    };
    await using all = await stage(served, { transport: create() });
    const controller = new AbortController();
    const { signal } = controller;
    const waiting = failure(withOptions(all.proxy, { signal }).wait(signal));
    await called.promise;
    const reason = new Error("changed my mind");
    controller.abort(reason);
    expect(await waiting).toBe(reason);
    expect(await aborted.promise).toBe(true);
    expect(await failure(withOptions(all.proxy, { signal }).wait(signal))).toBe(reason);
  });

  it("withOptions: sends metadata, and adds to the options that the proxy had", async () => {
    await using all = await stage(new Robot(), { transport: create() });
    const tagged = withOptions(all.proxy, { metadata: { order: "7" } });
    expect(await tagged.whoAsks()).toMatchObject({ metadata: { order: "7" }, timeoutMs: 30_000 });
    const limited = withOptions(tagged, { timeoutMs: 5_000 });
    expect(await limited.whoAsks()).toMatchObject({ metadata: { order: "7" }, timeoutMs: 5_000 });
    expect(await all.proxy.whoAsks()).toMatchObject({ metadata: {} });
    expect(await failure(withOptions(all.proxy, { timeoutMs: 0 }).nothing())).toBeInstanceOf(TypeError);
  });

  it("withOptions: holds for members, reading and setting too", async () => {
    const controller = new AbortController();
    controller.abort(new Error("no more"));
    await using all = await stage(new Robot(), { transport: create() });
    const over = withOptions(all.proxy, { signal: controller.signal });
    expect((await failure(over.age)).message).toBe("no more");
    expect((await failure(over.arm.joints.elbow)).message).toBe("no more");
    expect((await failure(set(over, "age", 1))).message).toBe("no more");
    expect((await failure(describeRemote(over))).message).toBe("no more");
    expect(await all.proxy.age).toBe(28);
  });

  it("notify: resolves when the call is handed over, and its failure stays at the server", async () => {
    const gate = deferred();
    const errors: Error[] = [];
    let ran = 0;
    const served = {
      work: async () => {
        ran += 1;
        await gate.promise;
      },
      fail: () => {
        throw new RangeError("nobody waits for this");
      },
      failLater: async () => {
        throw new RangeError("nor for this");
      },
    };
    const onError = (error: Error): void => void errors.push(error);
    await using all = await stage(served, { transport: create(), serve: { onError } });
    expect(await notify(all.proxy).work()).toBe(undefined);
    expect(await notify(all.proxy).fail()).toBe(undefined);
    expect(await notify(all.proxy).failLater()).toBe(undefined);
    await until(() => errors.length === 2);
    expect(errors.map((error) => error.message)).toStrictEqual(["nobody waits for this", "nor for this"]);
    expect(ran).toBe(1);
    gate.resolve();
  });

  it("notify: rejects what cannot be handed over", async () => {
    const served = { take: (_value: unknown) => undefined };
    await using all = await stage(served, { transport: create() });
    expect(await failure(notify(all.proxy).take(Symbol("no value")))).toMatchObject({ code: "NOT_SERIALIZABLE" });
    await all.server.close();
    await agentOf(all.proxy).closed;
    expect(await failure(notify(all.proxy).take(1))).toMatchObject({ code: "CLOSED", outcome: "notSent" });
  });

  it("at: reaches members whose names are reserved here", async () => {
    const names = ["then", "catch", "finally", "toJSON"];
    const served = Object.fromEntries(names.map((name) => [name, (x: number) => `${name} ${x}`]));
    await using all = await stage(served, { transport: create() });
    for (const name of names) expect(await at(all.proxy, name)(1)).toBe(`${name} 1`);
  });

  it("describe: lists members, kinds and arity", async () => {
    await using all = await stage(new Robot(), { transport: create() });
    const { className, members } = await describeRemote(all.proxy);
    expect(className).toBe("Robot");
    const of = (name: string): unknown => members.find((member) => member.name === name);
    expect(of("add")).toStrictEqual({ name: "add", kind: "method", arity: 2, writable: false });
    expect(of("age")).toStrictEqual({ name: "age", kind: "property", arity: 0, writable: true });
    expect(of("speed")).toStrictEqual({ name: "speed", kind: "property", arity: 0, writable: true });
    expect(of("calls")).toStrictEqual({ name: "calls", kind: "property", arity: 0, writable: false });
    expect(of("moved")).toStrictEqual({ name: "moved", kind: "signal", arity: 0, writable: false });
    expect(members.map((member) => member.name)).toStrictEqual(members.map((member) => member.name).sort());
    expect(of("constructor")).toBe(undefined);
    const nested = await describeRemote(all.proxy.arm);
    expect(nested.members.map((member) => member.name)).toStrictEqual(["joints", "tool"]);
    const table = await describeRemote(all.proxy.table);
    expect(table.members.map((member) => member.name)).toContain("size");
    expect((await describeRemote(all.proxy.path)).members.map((member) => member.name)).not.toContain("0");
  });

  it("describe: runs no getter", async () => {
    let ran = 0;
    class Watched {
      get value(): number {
        ran += 1;
        return 1;
      }
    }
    const root = Object.defineProperty(new Watched(), "own", { enumerable: true, get: () => (ran += 1) });
    await using all = await stage(root, { transport: create() });
    const { members } = await describeRemote(all.proxy);
    expect(members.map((member) => member.name)).toStrictEqual(["own", "value"]);
    expect(ran).toBe(0);
    expect(await all.proxy.value).toBe(1);
    expect(ran).toBe(1);
  });

  it("ping: measures, and rejects when its signal aborts", async () => {
    await using all = await stage(new Robot(), { transport: create() });
    expect(await ping(all.proxy)).toBeGreaterThan(0);
    expect(await ping(all.proxy.arm)).toBeGreaterThan(0);
    const reason = new Error("enough");
    expect(await failure(ping(all.proxy, { signal: AbortSignal.abort(reason) }))).toBe(reason);
  });

  it("agentOf: tells the peer, and when the connection is over", async () => {
    await using all = await stage(new Robot(), { transport: create() });
    const first = await all.join();
    const agent = agentOf(first);
    expect(agent.peer.address).toBe(all.server.address);
    expect(all.server.clients).toBe(2);
    await first[Symbol.asyncDispose]();
    expect(await agent.closed).toBe(undefined);
    await until(() => all.server.clients === 1);
    await all.server.close();
    expect(await agentOf(all.proxy).closed).toMatchObject({ code: "CLOSED" });
  });

  it("refuse what is no proxy", async () => {
    await using all = await stage(new Robot(), { transport: create() });
    for (const stranger of [{}, () => 1, new Robot()]) {
      expect(() => withOptions(stranger, {})).toThrow(TypeError);
      expect(() => notify(stranger)).toThrow("notify: expected a proxy made by connect");
      expect(() => agentOf(stranger)).toThrow(TypeError);
      expect(await failure(describeRemote(stranger))).toBeInstanceOf(TypeError);
      expect(await failure(set(stranger, "name" as never, 1 as never))).toBeInstanceOf(TypeError);
    }
    await turns();
    expect(await all.proxy.calls).toBe(0);
  });
});
