import { serveSessions } from "@fourwire/session";
import { memory } from "@fourwire/transport/memory";
import { describe, expect, it, vi } from "vitest";
import { connect, type Gap, Signal, serve } from "../src/index.ts";
import { Notice, Operation, ROOT } from "../src/operation.ts";
import { type Deferred, deferred, failure, stage, turns, until } from "./fixture.ts";
import { transports } from "./transports.ts";

class Source {
  readonly changed = new Signal<[value: number]>();
  emit(from: number, to: number): void {
    for (let value = from; value <= to; value += 1) this.changed.emit(value);
  }
}

/** A slot that is done with an emission when the test says so. */
function slowSlot() {
  const heard: number[] = [];
  const busy: Deferred<void>[] = [];
  const slot = (value: number): Promise<void> => {
    heard.push(value);
    const done = deferred();
    busy.push(done);
    return done.promise;
  };
  /** Lets the slot be done with everything that comes. */
  const hurry = async (enough: () => boolean): Promise<void> => {
    await until(() => {
      for (const done of busy) done.resolve();
      return enough();
    });
  };
  return { heard, slot, hurry };
}

describe.each(transports)("a queue, over $name", ({ create }) => {
  it("runs an asynchronous slot for one emission after the other, and loses nothing within its limit", async () => {
    await using all = await stage(new Source(), { transport: create() });
    const { heard, slot, hurry } = slowSlot();
    const onGap = vi.fn();
    await all.proxy.changed.connect(slot, { queue: { limit: 50 }, onGap });
    await all.proxy.emit(1, 50);
    await until(() => heard.length === 1);
    await turns();
    expect(heard).toStrictEqual([1]);
    await hurry(() => heard.length === 50);
    expect(heard).toStrictEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    await all.proxy.emit(51, 90);
    await hurry(() => heard.length === 90);
    expect(heard.at(-1)).toBe(90);
    expect(onGap).not.toHaveBeenCalled();
  });

  it("dropOldest: keeps the newest at both ends, and counts what went", async () => {
    await using all = await stage(new Source(), { transport: create() });
    const { heard, slot, hurry } = slowSlot();
    const gaps: Gap[] = [];
    let lost = 0;
    const onLost = (count: number): void => {
      lost += count;
    };
    await all.proxy.changed.connect(slot, { queue: { limit: 5 }, onLost, onGap: (gap) => gaps.push(gap) });
    await all.proxy.emit(1, 1000);
    await hurry(() => heard.at(-1) === 1000);
    // Five left at once, and five waited at the server.
    expect(heard).toStrictEqual([1, 2, 3, 4, 5, 996, 997, 998, 999, 1000]);
    expect([lost, gaps]).toStrictEqual([990, [{ why: "full", lost: 990 }]]);
  });

  it("latest: skips to the newest", async () => {
    await using all = await stage(new Source(), { transport: create() });
    const { heard, slot, hurry } = slowSlot();
    const gaps: Gap[] = [];
    await all.proxy.changed.connect(slot, { queue: { limit: 1, onFull: "latest" }, onGap: (gap) => gaps.push(gap) });
    await all.proxy.emit(1, 1000);
    await hurry(() => heard.at(-1) === 1000);
    expect(heard).toStrictEqual([1, 1000]);
    expect(gaps).toStrictEqual([{ why: "full", lost: 998 }]);
  });

  it("error: disconnects the slot and tells onError, and nobody else", async () => {
    const errors: Error[] = [];
    const source = new Source();
    const onError = (error: Error): void => void errors.push(error);
    await using all = await stage(source, { transport: create(), connect: { onError } });
    const { heard, slot } = slowSlot();
    const others: number[] = [];
    await all.proxy.changed.connect((value) => others.push(value));
    await all.proxy.changed.connect(slot, { queue: { limit: 5, onFull: "error" } });
    await all.proxy.emit(1, 20);
    await until(() => errors.length === 1);
    expect(errors).toMatchObject([{ code: "QUEUE_FULL", message: expect.stringContaining("5 emissions") }]);
    await until(() => source.changed.size === 1);
    await all.proxy.emit(21, 21);
    expect([heard, others.length]).toStrictEqual([[1], 21]);
  });

  it("maxAgeMs: drops what waited for too long", async () => {
    await using all = await stage(new Source(), { transport: create() });
    const { heard, slot, hurry } = slowSlot();
    const gaps: Gap[] = [];
    await all.proxy.changed.connect(slot, { maxAgeMs: 400, onGap: (gap) => gaps.push(gap) });
    await all.proxy.emit(1, 10);
    const start = performance.now();
    await until(() => performance.now() - start > 420);
    await hurry(() => gaps.length === 1);
    await all.proxy.emit(11, 11);
    await hurry(() => heard.length === 2);
    expect([heard, gaps]).toStrictEqual([[1, 11], [{ why: "age", lost: 9 }]]);
  });

  it("disconnects one slot with a queue, all slots, and by its signal", async () => {
    const source = new Source();
    await using all = await stage(source, { transport: create() });
    const slots = [1, 2, 3].map(() => slowSlot());
    const over = new AbortController();
    const [one, two, three] = slots.map(({ slot }) => slot);
    if (!one || !two || !three) return expect.unreachable();
    const connection = await all.proxy.changed.connect(one, { queue: { limit: 2 } });
    await all.proxy.changed.connect(one, { queue: { limit: 2 } });
    await all.proxy.changed.connect(two, { queue: { limit: 2 }, signal: over.signal });
    await all.proxy.changed.connect(three);
    expect(source.changed.size).toBe(3);
    await connection.disconnect();
    expect(source.changed.size).toBe(2);
    over.abort();
    await until(() => source.changed.size === 1);
    await all.proxy.changed.connect(one, { queue: { limit: 2 } });
    await all.proxy.changed.disconnect();
    expect(source.changed.size).toBe(0);
  });

  it.each([
    [{ queue: { limit: 0 } }, "queue.limit is 0"],
    [{ queue: { limit: 10_001 } }, "queue.limit is 10001"],
    [{ queue: { limit: 1, onFull: "block" as "latest" } }, 'queue.onFull is "block"'],
    [{ maxAgeMs: -1 }, "maxAgeMs is -1"],
  ])("refuses %j", async (options, message) => {
    await using all = await stage(new Source(), { transport: create() });
    expect(await failure(all.proxy.changed.connect(() => undefined, options))).toMatchObject({
      name: "TypeError",
      message: expect.stringContaining(message),
    });
  });
});

it("is made again after the server forgot the client, and says so", async () => {
  await using transport = memory();
  const first = await serve(new Source(), "source", { transport });
  await using proxy = await connect<Source>("source", { transport });
  const heard: number[] = [];
  const gaps: Gap[] = [];
  await proxy.changed.connect((value) => heard.push(value), { queue: { limit: 3 }, onGap: (gap) => gaps.push(gap) });
  transport.faults.cut();
  // The server comes back without any knowledge of the client.
  await first.close();
  await using _second = await serve(new Source(), "source", { transport });
  await until(() => gaps.length === 1);
  await proxy.emit(1, 3);
  await until(() => heard.length === 3);
  expect(gaps).toStrictEqual([{ why: "reset", lost: undefined }]);
});

describe("a server", () => {
  it("sends no more than a client has room for, whatever room it claims", async () => {
    const source = new Source();
    await using all = await stage(source);
    const received: unknown[] = [];
    const handler = () => ({ call: () => undefined, notify: (target: unknown) => received.push(target) });
    const session = await all.open({ handler });
    await session.call([Operation.CONNECT, ROOT, "changed"], [7, [3, "dropOldest", 0]]);
    await session.call("emit", [1, 10]);
    expect(received).toStrictEqual([1, 2, 3].map(() => [Notice.QUEUED, 7]));
    for (const count of [1e9, -1, "9", Number.NaN]) session.notify([Notice.CREDIT, 7], [count]);
    session.notify([Notice.CREDIT, "x"], [1]);
    await until(() => received.length === 7);
    expect(received.slice(3)).toStrictEqual([[Notice.LOST, 7], ...[8, 9, 10].map(() => [Notice.QUEUED, 7])]);
    await session.call("emit", [1, 10]);
    expect(received.length).toBe(7);
    await session.close();
    await until(() => source.changed.size === 0);
  });

  it("keeps no more for one client than a limit, which leaving frees", async () => {
    await using all = await stage(new Source());
    const session = await all.open();
    const target = [Operation.CONNECT, ROOT, "changed"];
    for (let id = 1; id <= 10; id += 1) await session.call(target, [id, [10_000, "dropOldest", 0]]);
    await expect(session.call(target, [11, [1, "dropOldest", 0]])).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
    await session.call([Operation.DISCONNECT, ROOT, "changed"], [1]);
    await session.call(target, [11, [10_000, "dropOldest", 0]]);
    await session.close();
  });
});

it("a client bounds the queue itself against a server that does not", async () => {
  await using transport = memory();
  await using server = await serveSessions(transport, "source", (session) => ({
    notify: () => undefined,
    call: (_target, [id]) => {
      for (let value = 1; value <= 100; value += 1) session.notify([Notice.QUEUED, id], [0, value]);
    },
  }));
  await using proxy = await connect<Source>(server.address, { transport });
  const { heard, slot, hurry } = slowSlot();
  const gaps: Gap[] = [];
  await proxy.changed.connect(slot, { queue: { limit: 10 }, onGap: (gap) => gaps.push(gap) });
  await hurry(() => heard.length === 11);
  expect(heard).toStrictEqual([1, 91, 92, 93, 94, 95, 96, 97, 98, 99, 100]);
  expect(gaps).toHaveLength(89);
});
