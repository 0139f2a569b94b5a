import { describe, expect, it } from "vitest";
import { Collected, eventually, join, rejectsWith } from "./kit.ts";
import { media } from "./transports.ts";

describe.each(media)("items over $name", ({ create }) => {
  it("of a higher priority are taken first", async () => {
    await using medium = await create();
    await using bus = await join(medium);
    const queue = bus.queue<string>("work");
    await queue.put("usual");
    await queue.put("late", { priority: -1 });
    await queue.put("urgent", { priority: 5 });
    expect([await queue.get(), await queue.get(), await queue.get()]).toEqual(["urgent", "usual", "late"]);
  });

  it("that are delayed are taken when their time has come", async () => {
    await using medium = await create();
    await using bus = await join(medium);
    const queue = bus.queue<string>("work");
    const putAt = performance.now();
    await queue.put("later", { delayMs: 1_500 });
    expect(await queue.size()).toEqual({ ready: 0, delayed: 1, leased: 0, dead: 0 });
    expect(await queue.tryGet()).toBeUndefined();
    expect(await queue.get()).toBe("later");
    expect(performance.now() - putAt).toBeGreaterThanOrEqual(1_499);
  });

  it("with the same key are one, until it is done", async () => {
    await using medium = await create();
    await using bus = await join(medium);
    await using other = await join(medium);
    const queue = bus.queue<number>("work");
    const id = await queue.put(1, { dedupKey: "order-1" });
    expect(await other.queue<number>("work").put(2, { dedupKey: "order-1" })).toBe(id);
    expect((await queue.size()).ready).toBe(1);
    expect(await queue.get()).toBe(1);
    await queue.put(3, { dedupKey: "order-1" });
    expect(await queue.get()).toBe(3);
  });

  it("are shown where they are, the next one first, and what cannot be read says why", async () => {
    await using medium = await create();
    await using bus = await join(medium, { name: "shop" });
    const queue = bus.queue<number>("work");
    const first = await queue.put(1, { metadata: { order: "7" } });
    await queue.put(2);
    await medium.join().queues?.put("bus.work", [new Uint8Array([255])]);
    const sender = { id: bus.id, name: "shop" };
    expect(await queue.peek()).toMatchObject([
      { id: first, data: 1, deliveries: 0, meta: { sender, metadata: { order: "7" } }, error: undefined },
      { data: 2 },
      { data: undefined, meta: undefined, error: { code: "UNREADABLE" } },
    ]);
    expect(await queue.peek({ limit: 1 })).toMatchObject([{ id: first }]);
    expect((await queue.size()).ready).toBe(3);
  });

  it("are removed by their ids as long as nobody works on them", async () => {
    await using medium = await create();
    await using bus = await join(medium);
    const queue = bus.queue<number>("work");
    const [first, second, third] = [await queue.put(1), await queue.put(2), await queue.put(3, { delayMs: 60_000 })];
    expect([await queue.remove(second), await queue.remove(second), await queue.remove(third)]).toEqual([
      true,
      false,
      true,
    ]);
    const removed = new Collected<boolean>();
    await using consumer = queue.consume(async () => removed.add(await queue.remove(first)));
    expect(await removed.until(1)).toEqual([false]);
    await eventually(() => consumer.stats.acked === 1);
    expect(await queue.size()).toEqual({ ready: 0, delayed: 0, leased: 0, dead: 0 });
  });

  it("are counted, with the age of the next one", async () => {
    await using medium = await create();
    await using bus = await join(medium);
    const queue = bus.queue<number>("work");
    expect(await queue.stats()).toEqual({ ready: 0, delayed: 0, leased: 0, dead: 0, oldestMs: undefined });
    await queue.put(1);
    await queue.put(2, { delayMs: 60_000 });
    const { oldestMs, ...size } = await queue.stats();
    expect(size).toEqual({ ready: 1, delayed: 1, leased: 0, dead: 0 });
    expect(oldestMs).toBeGreaterThanOrEqual(0);
    expect(oldestMs).toBeLessThan(10_000);
  });

  it("that a transport puts back as dead letters are what they were, and become no letter within a letter", async () => {
    await using medium = await create();
    await using bus = await join(medium);
    const queue = bus.queue<number>("work");
    await queue.put(7);
    const reject = (): void => {
      throw new RangeError("no");
    };
    for (let round = 1; round <= 2; round += 1) {
      const consumer = queue.consume(reject, { retry: { attempts: 1 } });
      await eventually(() => consumer.stats.buried === 1);
      await consumer.close();
      expect(await queue.dead.list()).toMatchObject([{ reason: "failed", data: 7, deliveries: 1 }]);
      expect(await medium.join().queues?.replay("bus.work")).toBe(1);
    }
    expect(await queue.get()).toBe(7);
  });

  it("with options that make no sense are refused", async () => {
    await using medium = await create();
    await using bus = await join(medium);
    const queue = bus.queue<number>("work");
    await expect(queue.put(1, { delayMs: -1 })).rejects.toThrow("delayMs");
    await expect(queue.put(1, { priority: 0.5 })).rejects.toThrow("priority");
    await expect(queue.peek({ limit: -1 })).rejects.toThrow("limit");
    await rejectsWith("EMPTY", queue.get({ timeoutMs: 0 }));
  });
});
