import { describe, expect, it } from "vitest";
import { Signal } from "../src/index.ts";
import { deferred, failure, stage, until, untyped } from "./fixture.ts";
import { transports } from "./transports.ts";

class Source {
  readonly changed = new Signal<unknown[]>();
  value = 1;
}

describe.each(transports)("what is served as a signal over $name", ({ create }) => {
  it("refuses slots for what is no signal", async () => {
    await using all = await stage({ value: 1, table: new Map(), method: () => 1 }, { transport: create() });
    for (const name of ["value", "table", "method", "nothing"]) {
      const connecting = Reflect.get(untyped(all.proxy)[name] ?? {}, "connect") as (slot: () => void) => Promise<void>;
      const code = name === "nothing" ? "NOT_FOUND" : "NOT_A_SIGNAL";
      expect(await failure(connecting(() => undefined)), name).toMatchObject({ name: "ProxyError", code });
    }
  });

  it("works for whatever connects, disconnects and emits", async () => {
    const slots = new Set<(...args: unknown[]) => unknown>();
    class Duck {
      readonly quacked = {
        connect: (slot: (...args: unknown[]) => unknown): void => void slots.add(slot),
        disconnect: (slot?: (...args: unknown[]) => unknown): void => void (slot && slots.delete(slot)),
        emit: (...args: unknown[]): void => {
          for (const slot of slots) slot(...args);
        },
      };
    }
    const duck = new Duck();
    await using all = await stage(duck, { transport: create() });
    const heard = deferred<unknown[]>();
    await all.proxy.quacked.connect((...args) => heard.resolve(args));
    duck.quacked.emit("quack", 2);
    expect(await heard.promise).toStrictEqual(["quack", 2]);
    await all.proxy[Symbol.asyncDispose]();
    await until(() => slots.size === 0);
  });

  it("rejects, and harms nobody, when the served signal fails to connect or to disconnect", async () => {
    const errors: Error[] = [];
    const broken = {
      connect: async () => {
        throw new RangeError("no room");
      },
      disconnect: () => undefined,
      emit: () => undefined,
    };
    const sticky = {
      connect: () => undefined,
      disconnect: () => {
        throw new RangeError("stuck");
      },
      emit: () => undefined,
    };
    const onError = (error: Error): void => void errors.push(error);
    await using all = await stage({ broken, sticky, value: 1 }, { transport: create(), serve: { onError } });
    const other = await all.join();
    expect(await failure(other.broken.connect(() => undefined))).toMatchObject({ message: "no room" });
    await other.sticky.connect(() => undefined);
    await other[Symbol.asyncDispose]();
    await until(() => errors.length === 1);
    expect(errors[0]?.message).toBe("stuck");
    expect(await all.proxy.value).toBe(1);
  });

  it("reports an emission that does not cross to the server, and counts it for the client", async () => {
    const errors: Error[] = [];
    const source = new Source();
    const onError = (error: Error): void => void errors.push(error);
    await using all = await stage(source, { transport: create(), serve: { onError } });
    const heard: unknown[] = [];
    await all.proxy.changed.connect((value) => heard.push(value), { onLost: (count) => heard.push({ lost: count }) });
    source.changed.emit(Symbol("no value"));
    source.changed.emit(2);
    await until(() => heard.length === 2);
    expect(heard).toStrictEqual([{ lost: 1 }, 2]);
    expect(errors).toMatchObject([{ code: "NOT_SERIALIZABLE" }]);
  });

  it("tells a client that does not keep up how many emissions it lost", async () => {
    const source = new Source();
    await using all = await stage(source, {
      transport: create(),
      serve: { limits: { maxQueuedBytes: 64 * 1024 } },
      connect: { limits: { windowBytes: 64 * 1024 } },
    });
    const heard: unknown[] = [];
    let lost = 0;
    await all.proxy.changed.connect((value) => heard.push(value), {
      onLost: (count) => {
        lost += count;
      },
    });
    const text = "x".repeat(1024);
    // One burst: the client can neither read nor acknowledge before it ends.
    for (let number = 0; number < 1_000; number += 1) source.changed.emit(number, text);
    await all.proxy.value;
    source.changed.emit("last");
    await until(() => heard.at(-1) === "last");
    const numbers = heard.filter((value) => typeof value === "number");
    expect(lost).toBeGreaterThan(0);
    expect(numbers).toStrictEqual(numbers.map((_, index) => index));
    expect(numbers.length + lost).toBe(1_000);
  });
});
