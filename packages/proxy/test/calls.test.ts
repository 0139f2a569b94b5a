import { describe, expect, it } from "vitest";
import { at, describe as describeRemote, ProxyError, set } from "../src/index.ts";
import { deferred, failure, stage, untyped, untypedMethods } from "./fixture.ts";
import { Robot } from "./robot.ts";
import { transports } from "./transports.ts";

describe.each(transports)("a remote object over $name", ({ create }) => {
  it("answers calls with arguments, without, with defaults and with options objects", async () => {
    await using all = await stage(new Robot(), { transport: create() });
    const { proxy } = all;
    expect(await proxy.add(2, 3)).toBe(5);
    expect(await proxy.nothing()).toBe(undefined);
    expect(await proxy.greet()).toBe("Hello, world");
    expect(await proxy.greet("Hi")).toBe("Hi, world");
    expect(await proxy.greet(undefined, { loud: true })).toBe("Hello, WORLD");
    expect(await proxy.greet("Hi", { name: "Ann", loud: true })).toBe("Hi, ANN");
    expect(await proxy.count()).toBe(0);
    expect(await proxy.count(undefined, null, 0)).toBe(3);
  });

  it("resolves with what a method's promise resolves with", async () => {
    await using all = await stage(new Robot(), { transport: create() });
    expect(await all.proxy.addLater(2, 3)).toBe(5);
    const sums = await Promise.all(Array.from({ length: 100 }, (_, index) => all.proxy.addLater(index, 1)));
    expect(sums).toStrictEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  });

  it("loses no answer of a method that finishes at once", async () => {
    await using all = await stage(new Robot(), { transport: create() });
    for (let index = 0; index < 1_000; index += 1) expect(await all.proxy.add(index, 1)).toBe(index + 1);
    expect(await all.proxy.calls).toBe(1_000);
  });

  it("carries every kind of value both ways", async () => {
    await using all = await stage(new Robot(), { transport: create() });
    const values = [
      ...[undefined, null, true, 0, -0, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2n ** 80n, -1n, "", "ä€🤖"],
      ...[new Date(1), new Uint8Array([1, 2]), new Uint8Array(20_000).fill(7), new Float32Array([0.5])],
      ...[[1, [2, [3]]], { a: { b: [1] } }, new Map<unknown, unknown>([[{ k: 1 }, new Set([1])]]), new Set(["a", 2n])],
    ];
    for (const value of values) expect(await all.proxy.echo(value)).toStrictEqual(value);
    expect(await all.proxy.echo(values)).toStrictEqual(values);
  });

  it("reads values of every kind", async () => {
    await using all = await stage(new Robot(), { transport: create() });
    const { proxy } = all;
    const [name, age, retired, owner] = [await proxy.name, await proxy.age, await proxy.retired, await proxy.owner];
    expect([name, age, retired, owner]).toStrictEqual(["Robbie", 28, false, null]);
    expect([await proxy.born, await proxy.serial]).toStrictEqual([new Date(0), 2n ** 70n]);
    expect(await proxy.firmware).toStrictEqual(new Uint8Array([1, 2, 3]));
    expect(await proxy.arm).toStrictEqual({ joints: { shoulder: 10, elbow: 20 }, tool: "gripper" });
    expect(await proxy.path).toStrictEqual([3, 1, 2]);
    expect(await proxy.table).toStrictEqual(new Map([["home", 0]]));
    expect(await proxy.tags).toStrictEqual(new Set(["indoor"]));
    expect(await proxy.speed).toBe(1);
  });

  it("names what does not exist, and what is no method", async () => {
    await using all = await stage(new Robot(), { transport: create() });
    const calling = await failure(at(untypedMethods(all.proxy), "fly")());
    expect(calling).toBeInstanceOf(ProxyError);
    expect(calling).toMatchObject({ code: "NOT_FOUND", message: '"fly" does not exist or is not exposed' });
    expect(await failure(at(untyped(all.proxy.arm), "wrist"))).toMatchObject({
      code: "NOT_FOUND",
      message: '"arm.wrist" does not exist or is not exposed',
    });
    expect(await failure(at(untypedMethods(all.proxy), "age")())).toMatchObject({
      code: "NOT_CALLABLE",
      message: '"age" is a property, not a method',
    });
    expect(await failure(at(untyped(all.proxy), "add"))).toMatchObject({ code: "NOT_FOUND" });
  });

  it("rejects with what a getter throws", async () => {
    await using all = await stage(new Robot(), { transport: create() });
    const error = await failure(all.proxy.broken);
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toBe("this getter throws");
  });

  it("sets fields and accessors, for every client", async () => {
    const robot = new Robot();
    await using all = await stage(robot, { transport: create() });
    const other = await all.join();
    await set(all.proxy, "age", 29);
    await set(all.proxy, "speed", 5);
    await set(all.proxy, "owner", "Ann");
    expect([robot.age, robot.speed, robot.owner]).toStrictEqual([29, 5, "Ann"]);
    expect([await other.age, await other.speed]).toStrictEqual([29, 5]);
    await other[Symbol.asyncDispose]();
  });

  it("keeps the old value when a setter throws, and rejects with what it threw", async () => {
    const robot = new Robot();
    await using all = await stage(robot, { transport: create() });
    const error = await failure(set(all.proxy, "speed", 11));
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toBe("11 is too fast");
    expect(await all.proxy.speed).toBe(1);
  });

  it("refuses to set what is no property", async () => {
    await using all = await stage(new Robot(), { transport: create() });
    const dynamic = untyped(all.proxy);
    for (const name of ["calls", "add", "moved"]) {
      expect(await failure(set(dynamic, name, 1)), name).toMatchObject({ name: "ProxyError", code: "NOT_WRITABLE" });
    }
    for (const name of ["wings", "constructor", "__proto__", "_age", "toString"]) {
      expect(await failure(set(dynamic, name, 1)), name).toMatchObject({ name: "ProxyError", code: "NOT_FOUND" });
    }
    expect(await failure(set(untyped(all.proxy.frozen), "speed", 4))).toBeInstanceOf(Error);
    expect(await all.proxy.frozen.speed).toBe(3);
  });

  it("reads, sets and extends nested data where it is", async () => {
    const robot = new Robot();
    await using all = await stage(robot, { transport: create() });
    const { arm, limits } = all.proxy;
    expect(await arm.joints.elbow).toBe(20);
    await set(arm.joints, "elbow", 25);
    await set(arm, "tool", "welder");
    expect(robot.arm).toStrictEqual({ joints: { shoulder: 10, elbow: 25 }, tool: "welder" });
    await set(limits, "middle", 0);
    expect(robot.limits).toStrictEqual({ low: -1, high: 1, middle: 0 });
    expect(await limits.middle).toBe(0);
    expect(await failure(limits.top)).toMatchObject({
      code: "NOT_FOUND",
      message: '"limits.top" does not exist or is not exposed',
    });
  });

  it("starts at a member when asked to", async () => {
    await using all = await stage({ robot: new Robot(), other: { age: 1 } }, { transport: create() });
    const robot = (await all.join({ name: "robot" })) as unknown as typeof all.proxy.robot & AsyncDisposable;
    expect(await robot.add(1, 1)).toBe(2);
    expect(await robot.age).toBe(28);
    await set(robot, "age", 30);
    expect(await all.proxy.robot.age).toBe(30);
    expect((await describeRemote(robot)).className).toBe("Robot");
    await robot[Symbol.asyncDispose]();
  });

  it("serves one client while another's call goes on", async () => {
    const gate = deferred<number>();
    await using all = await stage({ slow: () => gate.promise, fast: () => 1 }, { transport: create() });
    const other = await all.join();
    const slow = Array.from({ length: 10 }, () => all.proxy.slow());
    expect(await other.fast()).toBe(1);
    expect(await all.proxy.fast()).toBe(1);
    gate.resolve(7);
    expect(await Promise.all(slow)).toStrictEqual(Array.from({ length: 10 }, () => 7));
    await other[Symbol.asyncDispose]();
  });

  it("calls methods called connect and disconnect", async () => {
    class Instrument {
      connected = false;
      connect(): string {
        this.connected = true;
        return "connected";
      }
      disconnect(): string {
        this.connected = false;
        return "disconnected";
      }
    }
    const root = { instrument: new Instrument() };
    await using all = await stage(root, { transport: create() });
    const alone = (await all.join({ name: "instrument" })) as unknown as typeof all.proxy.instrument & AsyncDisposable;
    for (const each of [all.proxy.instrument, alone]) {
      const dynamic = untypedMethods(each);
      expect(await at(dynamic, "connect")()).toBe("connected");
      expect(root.instrument.connected).toBe(true);
      expect(await at(dynamic, "disconnect")()).toBe("disconnected");
      expect(root.instrument.connected).toBe(false);
    }
    await alone[Symbol.asyncDispose]();
  });
});
