import { describe, expect, it } from "vitest";
import { at, connect, set } from "../src/index.ts";
import { failure, stage, untyped, untypedMethods } from "./fixture.ts";
import { MultiplyBy } from "./multiply-by.ts";
import { OverheatedError, Robot } from "./robot.ts";
import { transports } from "./transports.ts";

describe.each(transports)("what Pizco does with values, over $name", ({ create }) => {
  it("prints the documentation's lines when a factor changes [pizco-1]", async () => {
    const lines: string[] = [];
    await using served = await stage(new MultiplyBy(2), { transport: create() });
    const { proxy } = served;
    await proxy.factorChanged.connect((value, previous) => void lines.push(`changed from ${previous} to ${value}`));
    const multiply = async () => lines.push(`${await proxy.factor} * 8 = ${await proxy.calculate(8)}`);
    await multiply();
    for (const factor of [3, 4, 5]) {
      await set(proxy, "factor", factor);
      await multiply();
    }
    expect(lines).toEqual([
      "2 * 8 = 16",
      ...["changed from 2 to 3", "3 * 8 = 24"],
      ...["changed from 3 to 4", "4 * 8 = 32"],
      ...["changed from 4 to 5", "5 * 8 = 40"],
    ]);
  });

  it("reads numbers, text, booleans, null, lists, maps and nested objects, and names what is absent [pizco-2]", async () => {
    await using served = await stage(new Robot(), { transport: create() });
    const { proxy } = served;
    expect(await Promise.all([proxy.age, proxy.name, proxy.retired, proxy.owner])).toEqual([28, "Robbie", false, null]);
    expect(await proxy.path).toEqual([3, 1, 2]);
    expect(await proxy.table).toEqual(new Map([["home", 0]]));
    expect(await proxy.arm).toEqual({ joints: { shoulder: 10, elbow: 20 }, tool: "gripper" });
    expect(await proxy.arm.joints.elbow).toBe(20);
    expect(await failure(at(untyped(proxy), "wings"))).toMatchObject({
      code: "NOT_FOUND",
      message: expect.stringContaining('"wings"'),
    });
  });

  it("writes so that every client sees it, and rejects with what the setter throws, the old value staying [pizco-3]", async () => {
    await using served = await stage(new Robot(), { transport: create() });
    const other = await served.join();
    await set(served.proxy, "speed", 7);
    expect(await other.speed).toBe(7);
    const error = await failure(set(other, "speed", 11));
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toBe("11 is too fast");
    expect(await served.proxy.speed).toBe(7);
    await other[Symbol.asyncDispose]();
  });

  it("calls with positional arguments, an options object and defaults [pizco-4]", async () => {
    await using served = await stage(new Robot(), { transport: create() });
    const { proxy } = served;
    expect(await proxy.add(40, 2)).toBe(42);
    expect(await proxy.greet()).toBe("Hello, world");
    expect(await proxy.greet("Hi", { name: "Ada" })).toBe("Hi, Ada");
    expect(await proxy.greet(undefined, { loud: true })).toBe("Hello, WORLD");
  });

  it.each([
    ["bytes", new Uint8Array([0, 255])],
    ["large bytes", new Uint8Array(100_000).fill(7)],
    ["numbers", new Float64Array([0.5, -0])],
    ["a date", new Date(86_400_001)],
    ["a big integer", 2n ** 200n],
    ["a map", new Map<unknown, unknown>([[1, { deep: [true] }]])],
    ["a set", new Set(["a", 2])],
    ["what is not a number", [Number.NaN, Number.NEGATIVE_INFINITY, -0]],
    ["nothing", [undefined, null]],
  ])("returns %s as it was given [pizco-4]", async (_what, value) => {
    await using served = await stage(new Robot(), { transport: create() });
    expect(await served.proxy.echo(value)).toStrictEqual(value);
  });

  it("acts on the items of the server's map and list [pizco-5]", async () => {
    const robot = new Robot();
    await using served = await stage(robot, { transport: create() });
    const { table, path } = served.proxy;
    await table.set("dock", 9);
    expect([await table.get("dock"), await table.has("dock"), await table.size]).toEqual([9, true, 2]);
    expect([await table.delete("home"), await table.get("home"), await table.delete("home")]).toEqual([
      true,
      undefined,
      false,
    ]);
    expect(robot.table).toEqual(new Map([["dock", 9]]));
    await path.push(5);
    await set(untyped(served.proxy.path), "0", 30);
    expect([await path.length, await path.includes(5), await path.at(-1), await path.at(99)]).toEqual([
      4,
      true,
      5,
      undefined,
    ]);
    expect(await path.splice(1, 2)).toEqual([1, 2]);
    expect(robot.path).toEqual([30, 5]);
  });

  it.each(["_secret", "constructor", "__proto__", "prototype", "toString", "hasOwnProperty", "__defineGetter__"])(
    "neither reads, writes nor calls %s [pizco-6]",
    async (name) => {
      const robot = Object.assign(new Robot(), { _secret: 42 });
      await using served = await stage(robot, { transport: create() });
      const member = at(untyped(served.proxy), name);
      expect(await failure(member)).toMatchObject({ name: "ProxyError", code: "NOT_FOUND" });
      expect(await failure(set(untyped(served.proxy), name, 1))).toMatchObject({ name: "ProxyError" });
      const method = at(untypedMethods(served.proxy), name);
      expect(await failure(Promise.resolve(method()))).toMatchObject({ name: "ProxyError", code: "NOT_FOUND" });
      expect(robot._secret).toBe(42);
    },
  );

  it("reaches nothing outside the exposed set [pizco-6]", async () => {
    await using served = await stage(new Robot(), { transport: create(), serve: { expose: ["add"] } });
    expect(await served.proxy.add(1, 1)).toBe(2);
    expect(await failure(served.proxy.name)).toMatchObject({ code: "NOT_FOUND" });
    expect(await failure(set(served.proxy, "name", "Eve"))).toMatchObject({ name: "ProxyError" });
  });

  it("brings errors with name, message, causes and remote stack, and registered classes as themselves [pizco-7]", async () => {
    const transport = create();
    await using served = await stage(new Robot(), {
      transport,
      serve: { showStacks: true },
      connect: { errors: { OverheatedError } },
    });
    const error = await failure(served.proxy.heat(99));
    expect(error).toBeInstanceOf(OverheatedError);
    expect(error instanceof OverheatedError && error.inFahrenheit()).toBeCloseTo(210.2);
    expect(error).toMatchObject({
      name: "OverheatedError",
      message: "99 degrees are too many",
      code: "HOT",
      cause: { name: "RangeError", message: "the fan is off", cause: { message: "no power" } },
      remoteStack: expect.stringContaining("robot.ts"),
    });
    const plain = await connect<Robot>(served.server.address, { transport });
    expect(await failure(plain.heat(1))).toMatchObject({ name: "OverheatedError", data: { celsius: 1 } });
    await plain[Symbol.asyncDispose]();
  });

  it("rejects the one call whose result or error does not cross, and nothing else [pizco-8]", async () => {
    await using served = await stage(new Robot(), { transport: create() });
    const other = await served.join();
    expect(await failure(served.proxy.unserializable())).toMatchObject({ code: "NOT_SERIALIZABLE" });
    expect(await failure(served.proxy.throwUnserializable())).toMatchObject({ message: "with a function" });
    expect(await failure(served.proxy.throwText())).toMatchObject({ message: expect.stringContaining("just text") });
    expect(await Promise.all([served.proxy.add(1, 2), other.add(3, 4)])).toEqual([3, 7]);
    await other[Symbol.asyncDispose]();
  });
});
