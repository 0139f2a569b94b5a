import { inspect } from "node:util";
import type { Transport } from "@fourwire/transport";
import { describe, expect, it } from "vitest";
import { describe as describeRemote, set } from "../src/index.ts";
import { stage, turns } from "./fixture.ts";
import { Robot } from "./robot.ts";
import { transports } from "./transports.ts";

/** Counts the messages that go out over the channels of a transport. */
function counted(transport: Transport): { transport: Transport; sent: () => number } {
  let sent = 0;
  const connect: Transport["connect"] = async (...args) => {
    const channel = await transport.connect(...args);
    const send: typeof channel.send = (frames) => {
      sent += 1;
      return channel.send(frames);
    };
    return Object.assign(Object.create(channel), {
      send,
      closed: channel.closed,
      close: () => channel.close(),
      [Symbol.asyncIterator]: () => channel[Symbol.asyncIterator](),
    });
  };
  const counting: Transport = {
    name: transport.name,
    traits: transport.traits,
    connect,
    listen: (...args) => transport.listen(...args),
    close: () => transport.close(),
    [Symbol.asyncDispose]: () => transport.close(),
  };
  return { transport: counting, sent: () => sent };
}

describe.each(transports)("a proxy over $name", ({ create }) => {
  it("is what awaiting it, or resolving with it, gives", async () => {
    const { transport, sent } = counted(create());
    await using all = await stage(new Robot(), { transport });
    const { proxy } = all;
    const before = sent();
    expect(await proxy).toBe(proxy);
    expect(await Promise.resolve(proxy)).toBe(proxy);
    expect(await (async () => proxy)()).toBe(proxy);
    expect(await Promise.all([proxy, 1])).toStrictEqual([proxy, 1]);
    await turns();
    expect(sent()).toBe(before);
    expect(await proxy.add(1, 1)).toBe(2);
  });

  it("sends nothing for its members until they are awaited, and then one message each", async () => {
    const { transport, sent } = counted(create());
    await using all = await stage(new Robot(), { transport });
    const { proxy } = all;
    const before = sent();
    const { age } = proxy;
    const { joints } = proxy.arm;
    const { elbow } = joints;
    const { add } = proxy;
    expect(proxy.arm.joints).toBe(joints);
    await turns();
    expect(sent()).toBe(before);
    expect([await age, await elbow]).toStrictEqual([28, 20]);
    expect(sent()).toBe(before + 2);
    expect(await add(1, 2)).toBe(3);
    expect(sent()).toBe(before + 3);
  });

  it("gives its members the methods of a promise", async () => {
    await using all = await stage(new Robot(), { transport: create() });
    const { proxy } = all;
    let settled = 0;
    expect(await proxy.age.then((age) => age + 1)).toBe(29);
    expect(await proxy.broken.catch((error: unknown) => String(error))).toBe("TypeError: this getter throws");
    await proxy.age.finally(() => {
      settled += 1;
    });
    expect(settled).toBe(1);
  });

  it("is looked at, printed and compared without a message", async () => {
    const { transport, sent } = counted(create());
    await using all = await stage(new Robot(), { transport });
    const { proxy } = all;
    const other = await all.join();
    const before = sent();
    for (const each of [proxy, proxy.arm.joints, proxy.add]) {
      const text = `[Remote ${all.server.address}#${each === proxy ? "" : each === proxy.add ? "add" : "arm.joints"}]`;
      expect(inspect(each)).toBe(text);
      expect(inspect({ each })).toContain(text);
      expect(String(each)).toBe(text);
      expect(`${each}`).toBe(text);
      expect(JSON.stringify({ each })).toBe(JSON.stringify({ each: text }));
      expect(Object.prototype.toString.call(each)).toBe("[object Remote]");
      expect(Reflect.get(each, Symbol.for("nodejs.util.inspect.custom"))).toBe(undefined);
      expect(Reflect.get(each, Symbol.iterator)).toBe(undefined);
      expect(each).toBe(each);
      expect(each).toEqual(each);
      expect(each).not.toBe(other);
      expect(() => expect(each).toBe(1)).toThrow();
      expect(() => expect(each).toEqual({ age: 28 })).toThrow();
      expect(() => expect(each).toStrictEqual(new Robot())).toThrow();
      expect(() => expect({ a: [each] }).toMatchObject({ a: [1] })).toThrow();
    }
    await turns();
    expect(sent()).toBe(before);
    await other[Symbol.asyncDispose]();
  });

  it("cannot be cloned, and says so at once", async () => {
    await using all = await stage(new Robot(), { transport: create() });
    expect(() => structuredClone(all.proxy)).toThrow(expect.objectContaining({ name: "DataCloneError" }));
    expect(() => structuredClone({ arm: all.proxy.arm })).toThrow(expect.objectContaining({ name: "DataCloneError" }));
  });

  it("refuses assignment, deletion and definition, and points at set", async () => {
    await using all = await stage(new Robot(), { transport: create() });
    const { proxy } = all;
    for (const each of [proxy, proxy.arm]) {
      expect(() => Reflect.set(each, "age", 1)).toThrow(TypeError);
      expect(() => Object.assign(each, { age: 1 })).toThrow('use await set(proxy, "age", value)');
      expect(() => Reflect.deleteProperty(each, "age")).toThrow('"age" of');
      expect(() => Object.defineProperty(each, "age", { value: 1 })).toThrow(TypeError);
    }
    expect(await proxy.age).toBe(28);
    await set(proxy, "age", 29);
    expect(await proxy.age).toBe(29);
  });

  it("answers `in`, Object.keys and instanceof by itself", async () => {
    const { transport, sent } = counted(create());
    await using all = await stage(new Robot(), { transport });
    const { proxy } = all;
    const before = sent();
    expect("age" in proxy).toBe(false);
    expect(Object.keys(proxy)).toStrictEqual([]);
    expect(Object.entries(proxy.arm)).toStrictEqual([]);
    expect({ ...proxy }).toStrictEqual({});
    expect(proxy instanceof Robot).toBe(false);
    expect(Object.getOwnPropertyDescriptor(proxy, "age")).toBe(undefined);
    expect([typeof proxy, typeof proxy.arm]).toStrictEqual(["object", "function"]);
    await turns();
    expect(sent()).toBe(before);
  });

  it("crosses as an argument to nobody", async () => {
    await using all = await stage(new Robot(), { transport: create() });
    const calling = all.proxy.echo(all.proxy.arm as unknown);
    await expect(calling).rejects.toMatchObject({ code: "NOT_SERIALIZABLE" });
  });

  it("keeps its member proxies, but not without bound", async () => {
    const root = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`name${index}`, index]));
    await using all = await stage(root, { transport: create() });
    expect((await describeRemote(all.proxy)).members).toHaveLength(1_000);
    for (let index = 0; index < 1_000; index += 1) expect(await Reflect.get(all.proxy, `name${index}`)).toBe(index);
    expect(Reflect.get(all.proxy, "name0")).toBe(Reflect.get(all.proxy, "name0"));
  });
});
