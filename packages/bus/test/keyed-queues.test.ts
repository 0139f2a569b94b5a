import { connectBus } from "@fourwire/bus";
import { serveHub, withHub } from "@fourwire/hub";
import { memory } from "@fourwire/transport/memory";
import { describe, expect, it } from "vitest";
import { Collected, Gate, join } from "./kit.ts";
import { media } from "./transports.ts";

describe.each(media)("consumers over $name", ({ create }) => {
  it("never work on two items of one key at once, and keep their order, also over a retry", async () => {
    await using medium = await create();
    await using bus = await join(medium);
    const queue = bus.queue<string>("orders");
    const done = new Collected<string>();
    const running = new Map<string, number>();
    let most = 0;
    const work = async (item: string, job: { readonly deliveries: number }): Promise<void> => {
      const key = item.slice(0, 1);
      running.set(key, (running.get(key) ?? 0) + 1);
      most = Math.max(most, running.get(key) ?? 0);
      try {
        await new Promise((resolve) => setImmediate(resolve));
        if (item === "a2" && job.deliveries === 1) throw new Error("not yet");
        done.add(item);
      } finally {
        running.set(key, (running.get(key) ?? 0) - 1);
      }
    };
    await using other = await join(medium, { onError: () => undefined });
    const options = { concurrency: 4, retry: { delayMs: [20] } };
    await using _one = queue.consume(work, options);
    await using _other = other.queue<string>("orders").consume(work, options);
    const items = ["a1", "b1", "a2", "c1", "a3", "b2", "a4", "c2", "b3"];
    for (const item of items) await queue.put(item, { key: item.slice(0, 1) });
    const finished = await done.until(items.length);
    expect(most).toBe(1);
    for (const key of ["a", "b", "c"]) {
      const isOfKey = (item: string): boolean => item.startsWith(key);
      expect(finished.filter(isOfKey)).toEqual(items.filter(isOfKey));
    }
  });

  it("share the concurrency of their queue", async () => {
    await using medium = await create();
    await using bus = await join(medium);
    const queue = bus.queue<number>("narrow");
    const gate = new Gate();
    const started = new Collected<number>();
    const work = async (item: number): Promise<void> => {
      started.add(item);
      await gate.opened;
    };
    await using other = await join(medium);
    const options = { concurrency: 3, queueConcurrency: 2 };
    await using _one = queue.consume(work, options);
    await using _other = other.queue<number>("narrow").consume(work, options);
    for (let item = 0; item < 6; item += 1) await queue.put(item);
    await started.until(2);
    expect(await queue.size()).toMatchObject({ leased: 2, ready: 4 });
    gate.open();
    expect([...(await started.until(6))].sort()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("share the rate of their queue", async () => {
    await using medium = await create();
    await using bus = await join(medium);
    const queue = bus.queue<number>("slow");
    for (let item = 0; item < 5; item += 1) await queue.put(item);
    const since = performance.now();
    const done = new Collected<number>();
    await using other = await join(medium);
    const options = { concurrency: 2, rateLimit: { count: 2, perMs: 100 } };
    await using _one = queue.consume(done.add, options);
    await using _other = other.queue<number>("slow").consume(done.add, options);
    expect([...(await done.until(5))].sort()).toEqual([0, 1, 2, 3, 4]);
    expect(performance.now() - since).toBeGreaterThan(190);
    expect(() => queue.consume(() => undefined, { rateLimit: { count: 0, perMs: 1 } })).toThrow(TypeError);
    expect(() => queue.consume(() => undefined, { queueConcurrency: 0 })).toThrow(TypeError);
  });
});

it("consumers go on when their hub has stopped and another one is there", async () => {
  const network = memory();
  await using backend = memory();
  const first = await serveHub({ transport: network, address: "hub", backend });
  await using transport = withHub(network, "hub");
  await using bus = await connectBus({ transport, onError: () => undefined });
  const done = new Collected<string>();
  await using _consumer = bus.queue<string>("jobs").consume(done.add);
  await bus.queue<string>("jobs").put("before");
  await done.until(1);
  await first.close();
  await using _second = await serveHub({ transport: network, address: "hub", backend });
  await using other = await connectBus({ transport: backend });
  await other.queue<string>("jobs").put("after");
  expect(await done.until(2)).toEqual(["before", "after"]);
});
