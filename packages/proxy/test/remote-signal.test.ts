import { describe, expect, it } from "vitest";
import { Signal, set } from "../src/index.ts";
import { deferred, failure, stage, turns, until } from "./fixture.ts";
import { Robot } from "./robot.ts";
import { transports } from "./transports.ts";

class Source {
  readonly changed = new Signal<unknown[]>();
  readonly other = new Signal<unknown[]>();
  value = 1;

  fire(...args: unknown[]): void {
    this.changed.emit(...args);
  }

  fireOther(...args: unknown[]): void {
    this.other.emit(...args);
  }
}

describe.each(transports)("a remote signal over $name", ({ create }) => {
  it.each([
    [[]],
    [[1]],
    [[1, "two"]],
    [[1, null, undefined]],
    [[1, new Map([[2, 3n]]), [4], { five: 5 }, new Date(6)]],
  ])("brings the very next emission after connect, with %j", async (args) => {
    const source = new Source();
    await using all = await stage(source, { transport: create() });
    const heard = deferred<unknown[]>();
    await all.proxy.changed.connect((...received) => heard.resolve(received));
    source.changed.emit(...args);
    expect(await heard.promise).toStrictEqual(args);
  });

  it("misses no emission that follows a connect", async () => {
    const source = new Source();
    await using all = await stage(source, { transport: create() });
    for (let round = 0; round < 100; round += 1) {
      const heard = deferred<unknown>();
      const slot = (value: unknown): void => heard.resolve(value);
      await all.proxy.changed.connect(slot);
      source.changed.emit(round);
      expect(await heard.promise).toBe(round);
      await all.proxy.changed.disconnect(slot);
    }
    expect(source.changed.size).toBe(0);
  });

  it("runs several slots in the order in which they were connected, each once", async () => {
    const source = new Source();
    await using all = await stage(source, { transport: create() });
    const heard: unknown[] = [];
    const slots = ["first", "second", "third"].map((name) => (value: unknown) => heard.push([name, value]));
    for (const slot of [...slots, ...slots]) await all.proxy.changed.connect(slot);
    expect(source.changed.size).toBe(1);
    await all.proxy.fire(1);
    await all.proxy.fire(2);
    const names = ["first", "second", "third"];
    expect(heard).toStrictEqual([1, 2].flatMap((value) => names.map((name) => [name, value])));
  });

  it("arrives before the answer of the call that emitted it", async () => {
    await using all = await stage(new Source(), { transport: create() });
    const heard: unknown[] = [];
    await all.proxy.changed.connect((value) => heard.push(value));
    for (let round = 0; round < 50; round += 1) {
      await all.proxy.fire(round);
      expect(heard).toHaveLength(round + 1);
    }
  });

  it("is independent for each proxy", async () => {
    const source = new Source();
    await using all = await stage(source, { transport: create() });
    const other = await all.join();
    const heard: string[] = [];
    await all.proxy.changed.connect(() => heard.push("first"));
    await other.changed.connect(() => heard.push("second"));
    expect(source.changed.size).toBe(2);
    source.changed.emit();
    await until(() => heard.length === 2);
    await all.proxy.changed.disconnect();
    expect(source.changed.size).toBe(1);
    source.changed.emit();
    await until(() => heard.length === 3);
    expect(heard.sort()).toStrictEqual(["first", "second", "second"]);
    await other[Symbol.asyncDispose]();
    await until(() => source.changed.size === 0);
  });

  it("keeps a failing slot from the others, from later emissions and from the emitter", async () => {
    const errors: Error[] = [];
    const source = new Source();
    const onError = (error: Error): void => void errors.push(error);
    await using all = await stage(source, { transport: create(), connect: { onError } });
    const heard: unknown[] = [];
    await all.proxy.changed.connect(() => {
      throw new Error("thrown");
    });
    await all.proxy.changed.connect(() => Promise.reject(new Error("rejected")));
    await all.proxy.changed.connect((value) => heard.push(value));
    expect(await all.proxy.fire(1)).toBe(undefined);
    expect(await all.proxy.fire(2)).toBe(undefined);
    await until(() => errors.length === 4);
    expect(heard).toStrictEqual([1, 2]);
    expect(errors.map((error) => error.message).sort()).toStrictEqual(["rejected", "rejected", "thrown", "thrown"]);
  });

  it("never crosses with one whose name begins alike", async () => {
    const robot = new Robot();
    await using all = await stage(robot, { transport: create() });
    const heard: unknown[] = [];
    await all.proxy.pos.connect((value) => heard.push(["pos", value]));
    await all.proxy.position.connect((value) => heard.push(["position", value]));
    robot.pos.emit(1);
    robot.position.emit("one");
    robot.pos.emit(2);
    await until(() => heard.length === 3);
    await all.proxy.pos.disconnect();
    robot.pos.emit(3);
    robot.position.emit("two");
    await until(() => heard.length === 4);
    expect(heard).toStrictEqual([
      ["pos", 1],
      ["position", "one"],
      ["pos", 2],
      ["position", "two"],
    ]);
  });

  it("lets a slot call back into the same proxy", async () => {
    await using all = await stage(new Source(), { transport: create() });
    const { proxy } = all;
    const heard: unknown[] = [];
    const done = deferred();
    await proxy.other.connect((value) => {
      heard.push(["other", value]);
      done.resolve();
    });
    await proxy.changed.connect(async (value) => {
      await set(proxy, "value", 7);
      heard.push(["changed", value, await proxy.value]);
      await proxy.changed.disconnect();
      await proxy.fireOther("last");
    });
    await proxy.fire("start");
    await done.promise;
    expect(heard).toStrictEqual([
      ["changed", "start", 7],
      ["other", "last"],
    ]);
  });

  it("disconnects one slot, or all, and minds none that was never there", async () => {
    const source = new Source();
    await using all = await stage(source, { transport: create() });
    const heard: string[] = [];
    const [first, second] = [(): unknown => heard.push("first"), (): unknown => heard.push("second")];
    await all.proxy.changed.disconnect();
    await all.proxy.changed.disconnect(first);
    await all.proxy.changed.connect(first);
    await all.proxy.changed.connect(second);
    await all.proxy.changed.disconnect(() => undefined);
    await all.proxy.changed.disconnect(first);
    await all.proxy.fire();
    expect(heard).toStrictEqual(["second"]);
    await all.proxy.changed.disconnect();
    expect(source.changed.size).toBe(0);
    await all.proxy.fire();
    await all.proxy.changed.disconnect();
    expect(heard).toStrictEqual(["second"]);
  });

  it("is disconnected by disposing the connection, which leaves later ones alone", async () => {
    const source = new Source();
    await using all = await stage(source, { transport: create() });
    const slot = (): void => undefined;
    const first = await all.proxy.changed.connect(slot);
    await first.disconnect();
    expect(source.changed.size).toBe(0);
    const second = await all.proxy.changed.connect(slot);
    await first[Symbol.asyncDispose]();
    expect(source.changed.size).toBe(1);
    await second[Symbol.asyncDispose]();
    expect(source.changed.size).toBe(0);
  });

  it("is disconnected by an abort signal, which leaves later connections alone", async () => {
    const source = new Source();
    await using all = await stage(source, { transport: create() });
    const slot = (): void => undefined;
    const [first, second] = [new AbortController(), new AbortController()];
    await all.proxy.changed.connect(slot, { signal: first.signal });
    first.abort();
    await until(() => source.changed.size === 0);
    const reason = new Error("too late");
    expect(await failure(all.proxy.changed.connect(slot, { signal: AbortSignal.abort(reason) }))).toBe(reason);
    await all.proxy.changed.connect(slot, { signal: second.signal });
    await all.proxy.changed.disconnect(slot);
    await all.proxy.changed.connect(slot);
    second.abort();
    await turns();
    expect(await all.proxy.value).toBe(1);
    expect(source.changed.size).toBe(1);
  });

  it("leaves the slots of the server and of other clients alone when a client disconnects all by hand", async () => {
    const source = new Source();
    await using all = await stage(source, { transport: create() });
    source.changed.connect(() => undefined);
    await all.proxy.changed.connect(() => undefined);
    const session = await all.open();
    expect(await session.call([0, 0, "changed", "disconnect"], [])).toBe(undefined);
    expect(source.changed.size).toBe(2);
    await session.close();
  });
});
