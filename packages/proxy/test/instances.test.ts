import { callContext } from "@fourwire/session";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  connect,
  defineContract,
  type InstanceContext,
  type InstanceMode,
  method,
  type ServeOptions,
  Signal,
  serve,
} from "../src/index.ts";
import { failure, until, untypedMethods } from "./fixture.ts";
import { transports } from "./transports.ts";

/** Everything that one test's counters were made and done with. */
interface Record {
  made: InstanceContext[];
  disposed: number[];
}

class Part {
  turn(): string {
    return "turned";
  }
}

class Counter {
  readonly id: number;
  readonly counted = new Signal<[count: number]>();
  #count = 0;
  readonly #record: Record;
  readonly #part = new Part();
  _hidden = "secret";

  constructor(record: Record, context: InstanceContext) {
    this.#record = record;
    this.id = record.made.push(context);
  }
  count(): number {
    this.#count += 1;
    this.counted.emit(this.#count);
    return this.#count;
  }
  self(): this {
    return this;
  }
  isSelf(other: unknown): boolean {
    return other === this;
  }
  part(): Part {
    return this.#part;
  }
  isDisposed(): boolean {
    return this.#record.disposed.includes(this.id);
  }
  async *list(): AsyncGenerator<boolean> {
    yield this.isDisposed();
    yield this.isDisposed();
  }
  fail(): never {
    throw new RangeError("no");
  }
  async [Symbol.asyncDispose](): Promise<void> {
    this.#record.disposed.push(this.id);
  }
}

describe.each(transports)("instances, over $name", ({ create }) => {
  async function stageCounters(instance: InstanceMode, options: Partial<ServeOptions> = {}, guard = () => {}) {
    const transport = create();
    const record: Record = { made: [], disposed: [] };
    const factory = async (context: InstanceContext): Promise<Counter> => {
      guard();
      return new Counter(record, context);
    };
    const server = await serve(factory, undefined, { transport, instance, ...options });
    const join = () => connect<Counter>(server.address, { transport });
    return {
      ...{ record, server, join, transport },
      async [Symbol.asyncDispose]() {
        await server.close();
        await transport.close();
      },
    };
  }

  it("single: one for all, from the start to the server's end", async () => {
    const all = await stageCounters("single");
    await using _ = all;
    await using one = await all.join();
    await using two = await all.join();
    expect([await one.count(), await two.count(), all.record.made.length]).toStrictEqual([1, 2, 1]);
    await all.server.close();
    expect(all.record.disposed).toStrictEqual([1]);
    expect(all.record.made[0]?.signal.aborted).toBe(true);
  });

  it("session: one for each client, from its first call until it leaves", async () => {
    await using all = await stageCounters("session");
    const one = await all.join();
    await using two = await all.join();
    expect(all.record.made).toStrictEqual([]);
    expect(await Promise.all([one.count(), one.count(), one.count()])).toStrictEqual([1, 2, 3]);
    expect([await one.count(), await two.count(), await two.id]).toStrictEqual([4, 1, 2]);
    const [first, second] = all.record.made;
    expect(first?.peer?.sessionId).not.toBe(second?.peer?.sessionId);
    await one[Symbol.asyncDispose]();
    await until(() => all.record.disposed.length === 1);
    expect(all.record.disposed).toStrictEqual([1]);
    expect([first?.signal.aborted, second?.signal.aborted]).toStrictEqual([true, false]);
    await all.server.close();
    expect(all.record.disposed).toStrictEqual([1, 2]);
  });

  it("session: signals, references and the object itself are the client's own", async () => {
    await using all = await stageCounters("session");
    await using one = await all.join();
    await using two = await all.join();
    const heard: number[] = [];
    await one.counted.connect((count) => heard.push(count));
    await two.count();
    await one.count();
    await one.count();
    expect(heard).toStrictEqual([1, 2]);
    expect(await (await one.part()).turn()).toBe("turned");
    expect(await one.isSelf(one as unknown as Counter)).toBe(true);
    expect(await one.isSelf((await one.self()) as unknown as Counter)).toBe(true);
  });

  it("percall: one for each call, until it has answered", async () => {
    await using all = await stageCounters("percall");
    await using one = await all.join();
    expect(await Promise.all([one.count(), one.count(), one.isDisposed()])).toStrictEqual([1, 1, false]);
    expect(await failure(one.fail())).toBeInstanceOf(RangeError);
    expect([all.record.made.length, all.record.disposed.length]).toStrictEqual([4, 4]);
  });

  it("percall: a stream, and a connected signal, keep their object", async () => {
    await using all = await stageCounters("percall");
    await using one = await all.join();
    const seen: boolean[] = [];
    for await (const item of await one.list()) seen.push(item);
    expect(seen).toStrictEqual([false, false]);
    await until(() => all.record.disposed.length === 1);
    const connection = await one.counted.connect(() => undefined);
    expect(await one.id).toBe(3);
    expect(all.record.disposed).toStrictEqual([1, 3]);
    await connection.disconnect();
    expect(all.record.disposed).toStrictEqual([1, 3, 2]);
  });

  it("percall: what the call sent along is known to the factory", async () => {
    const transport = create();
    const factory = () => ({ order: callContext().metadata.order ?? "none" });
    await using server = await serve(factory, undefined, { transport, instance: "percall" });
    await using proxy = await connect<{ order: string }>(server.address, { transport });
    expect(await proxy.order).toBe("none");
    await proxy[Symbol.asyncDispose]();
    await server.close();
    await transport.close();
  });

  it.each(["session", "percall"] as const)("%s: what the factory throws rejects that call only", async (instance) => {
    let failures = 1;
    const guard = (): void => {
      failures -= 1;
      if (failures >= 0) throw new RangeError("no object now");
    };
    await using all = await stageCounters(instance, {}, guard);
    await using one = await all.join();
    expect(await failure(one.count())).toMatchObject({ name: "RangeError", message: "no object now" });
    expect(await one.count()).toBe(1);
  });

  it.each(["session", "percall"] as const)("%s: reaches no more than a single object would", async (instance) => {
    await using all = await stageCounters(instance, { expose: ["count", "self"] });
    await using one = await all.join();
    const self = untypedMethods(await one.self());
    for (const proxy of [untypedMethods(one), self]) {
      for (const name of ["fail", "part", "_hidden", "constructor", "id"]) {
        expect(await failure(proxy[name]?.() ?? Promise.resolve())).toMatchObject({ code: "NOT_FOUND" });
      }
    }
    expect(await self.count?.()).toBe(1);
  });

  it("holds contracts, too", async () => {
    const transport = create();
    const contract = defineContract({ count: method([], z.number()) });
    const record: Record = { made: [], disposed: [] };
    const factory = (context: InstanceContext) => new Counter(record, context);
    await using server = await serve(factory, undefined, { transport, contract, instance: "session" });
    await using proxy = await connect<typeof contract>(server.address, { transport });
    expect([await proxy.count(), await proxy.count()]).toStrictEqual([1, 2]);
    expect(await failure(untypedMethods(proxy).part?.() ?? Promise.resolve())).toMatchObject({ code: "NOT_FOUND" });
    await proxy[Symbol.asyncDispose]();
    await server.close();
    await transport.close();
  });
});

describe("serve", () => {
  const refused: [string, unknown, InstanceMode | undefined][] = [
    ["a function without a mode", () => new Part(), undefined],
    ["an object for each client", new Part(), "session"],
    ["a mode that there is not", new Part(), "often" as InstanceMode],
  ];
  it.each(refused)("refuses %s", async (_what, object, instance) => {
    const options = { transport: {} as ServeOptions["transport"], instance };
    await expect(serve(object as object, undefined, options)).rejects.toThrow(TypeError);
  });

  it("rejects with what the factory of a single object throws, and calls one that gives no object wrong", async () => {
    const options = { transport: {} as ServeOptions["transport"], instance: "single" } as const;
    const failing = () => Promise.reject(new RangeError("no object"));
    await expect(serve(failing, undefined, options)).rejects.toThrow("no object");
    await expect(serve(() => 1 as unknown as object, undefined, options)).rejects.toThrow("the factory gave a number");
  });
});
