/**
 * Work queues: the order of a key, and how many items are taken, and how fast.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { QueueItem, Queues } from "../queues.ts";
import { queuesOf, read, rejectsAsMistake, text } from "./bench.ts";
import type { Check } from "./check.ts";

/** Long enough for a broker's round trips, short enough to wait for. */
const SHORT_MS = 200;

/** The checks of keys, concurrency and rates. */
export const keyChecks: readonly Check[] = [
  {
    id: "key/order",
    says: "Of the items of one key one at a time is leased, in order, while others pass.",
    needs: "queues",
    async run(bench) {
      const queues = queuesOf(bench);
      const queue = bench.unique("key");
      for (const part of ["a1", "a2", "b1", "a3", "free"]) {
        const key = part === "free" ? undefined : part.slice(0, 1);
        await queues.put(queue, text(part), { key });
      }
      assert.deepEqual(await queues.size(queue), { ready: 3, delayed: 2, leased: 0, dead: 0 });
      const taken = await takeAll(queues, queue);
      assert.deepEqual(taken.map(nameOf), ["a1", "b1", "free"]);
      await taken[0]?.ack();
      const [next, ...none] = await takeAll(queues, queue);
      assert.deepEqual([next && nameOf(next), none], ["a2", []]);
      // Who waits is served when the key is free again.
      const waiting = queues.take(queue);
      await next?.ack();
      assert.equal(nameOf(await waiting), "a3");
    },
  },
  {
    id: "key/retry",
    says: "An item that is tried again, also later, or whose lease ran out keeps its place in front of those of its key.",
    needs: "queues",
    async run(bench) {
      const queues = queuesOf(bench);
      const queue = bench.unique("key-retry");
      for (const part of ["1", "2"]) await queues.put(queue, text(part), { key: "k" });
      const item = await queues.take(queue, { leaseMs: SHORT_MS });
      const again = await queues.take(queue);
      assert.deepEqual([nameOf(item), nameOf(again), again.deliveries], ["1", "1", 2]);
      await again.retry({ delayMs: SHORT_MS });
      assert.equal(await queues.tryTake(queue), undefined);
      const third = await queues.take(queue);
      assert.deepEqual([nameOf(third), third.deliveries], ["1", 3]);
      await third.ack();
      assert.equal(nameOf(await queues.take(queue)), "2");
    },
  },
  {
    id: "key/gone",
    says: "The next item of a key follows one that was rejected, removed or given up; a delay of its own still holds.",
    needs: "queues",
    async run(bench) {
      const queues = queuesOf(bench);
      const queue = bench.unique("key-gone");
      const parts = ["rejected", "removed", "worn", "delayed", "removed while it waits"];
      const ids: string[] = [];
      const since = performance.now();
      for (const part of parts) {
        const delayMs = part === "delayed" ? SHORT_MS : 0;
        ids.push(await queues.put(queue, text(part), { key: "k", delayMs }));
      }
      assert.equal(await queues.remove(queue, ids[4] ?? ""), true);
      const rejected = await queues.take(queue);
      assert.equal(await queues.tryTake(queue), undefined);
      await rejected.reject();
      assert.equal(await queues.remove(queue, ids[1] ?? ""), true);
      await (await queues.take(queue)).retry();
      const delayed = await queues.take(queue, { maxDeliveries: 1 });
      assert.equal(nameOf(delayed), "delayed");
      assert.ok(performance.now() - since > SHORT_MS - 20);
      await delayed.ack();
      assert.deepEqual(await queues.size(queue), { ready: 0, delayed: 0, leased: 0, dead: 2 });
    },
  },
  {
    id: "key/purge",
    says: "Purge removes items that wait for one of their key, and leaves a leased one.",
    needs: "queues",
    async run(bench) {
      const queues = queuesOf(bench);
      const queue = bench.unique("key-purge");
      for (const part of ["1", "2", "3"]) await queues.put(queue, text(part), { key: "leased" });
      for (const part of ["4", "5"]) await queues.put(queue, text(part), { key: "free" });
      const item = await queues.take(queue);
      assert.equal(await queues.purge(queue), 4);
      assert.deepEqual(await queues.size(queue), { ready: 0, delayed: 0, leased: 1, dead: 0 });
      await item.ack();
      await queues.put(queue, text("6"), { key: "leased" });
      assert.equal(nameOf(await queues.take(queue)), "6");
    },
  },
  {
    id: "queue/concurrency",
    says: "Beyond concurrency items on lease a taker waits until one is settled, whoever has them.",
    needs: "queues",
    async run(bench) {
      const queues = queuesOf(bench);
      const queue = bench.unique("concurrency");
      for (const part of ["1", "2", "3"]) await queues.put(queue, text(part));
      const [first] = [await queues.take(queue), await queues.take(queue, { concurrency: 2 })];
      assert.equal(await queues.tryTake(queue, { concurrency: 2 }), undefined);
      const waiting = queues.take(queue, { concurrency: 2 });
      // Somebody who gives no limit is not held up by it.
      await queues.put(queue, text("4"));
      const free = await queues.take(queue);
      await free.ack();
      await first?.ack();
      assert.ok(await waiting);
    },
  },
  {
    id: "queue/rate-limit",
    says: "No more than count items are taken within any perMs by all who give the limit.",
    needs: "queues",
    async run(bench) {
      const queues = queuesOf(bench);
      const queue = bench.unique("rate");
      const rateLimit = { count: 3, perMs: SHORT_MS };
      const parts = Array.from({ length: 7 }, (_, index) => String(index));
      for (const part of parts) await queues.put(queue, text(part));
      const since = performance.now();
      const take = async (): Promise<string | undefined> => nameOf(await queues.take(queue, { rateLimit }));
      assert.deepEqual((await Promise.all(parts.map(take))).sort(), parts);
      // The seventh comes behind two full times, however long answers take on their way.
      const tookMs = performance.now() - since;
      assert.ok(tookMs > 2 * rateLimit.perMs - 20, `They were taken within ${tookMs} ms`);
    },
  },
  {
    id: "key/mistakes",
    says: "An empty key, and limits that are none, reject with a TypeError.",
    needs: "queues",
    async run(bench) {
      const queues = queuesOf(bench);
      const queue = bench.unique("key-mistakes");
      await rejectsAsMistake(queues.put(queue, text("x"), { key: "" }));
      await rejectsAsMistake(queues.take(queue, { concurrency: 0 }));
      await rejectsAsMistake(queues.take(queue, { rateLimit: { count: 0, perMs: 1 } }));
      await rejectsAsMistake(queues.take(queue, { rateLimit: { count: 1, perMs: Number.NaN } }));
      assert.equal((await queues.size(queue)).ready, 0);
    },
  },
];

/** Takes every item that can be taken now. */
async function takeAll(queues: Queues, queue: string): Promise<readonly QueueItem[]> {
  const items: QueueItem[] = [];
  for (let item = await queues.tryTake(queue); item; item = await queues.tryTake(queue)) items.push(item);
  return items;
}

function nameOf({ frames }: QueueItem): string | undefined {
  return read(frames);
}
