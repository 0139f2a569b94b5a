/**
 * Work queues: how items are put, looked at and put back.
 *
 * @module
 */

import assert from "node:assert/strict";
import { deadLettersOf } from "../queues.ts";
import { queuesOf, read, rejectsAsMistake, text } from "./bench.ts";
import type { Check } from "./check.ts";

/** Long enough for a broker's round trips, short enough to wait for. */
const SHORT_MS = 200;

/** The checks of the options of `put` and `take`, and of those who look after a queue. */
export const itemChecks: readonly Check[] = [
  {
    id: "queue/delay",
    says: "An item put with a delay cannot be taken before the delay is over.",
    needs: "queues",
    async run(bench) {
      const queues = queuesOf(bench);
      const queue = bench.unique("delay");
      const since = performance.now();
      await queues.put(queue, text("delayed"), { delayMs: SHORT_MS });
      await queues.put(queue, text("newer"));
      assert.deepEqual(await queues.size(queue), { ready: 1, delayed: 1, leased: 0, dead: 0 });
      assert.equal(read((await queues.take(queue)).frames), "newer");
      assert.equal(read((await queues.take(queue)).frames), "delayed");
      const waitedMs = performance.now() - since;
      // A broker's clock and this one may differ by some milliseconds.
      assert.ok(waitedMs > SHORT_MS - 20, `It came after ${waitedMs} ms`);
    },
  },
  {
    id: "queue/priority",
    says: "Items of a higher priority are taken first, those of one priority in order, also after a retry.",
    needs: "queues",
    async run(bench) {
      const queues = queuesOf(bench);
      const queue = bench.unique("priority");
      const priorities = [0, -1000, 1, 1000, 0, 1000, -1];
      for (const [index, priority] of priorities.entries()) await queues.put(queue, text(String(index)), { priority });
      const first = await queues.take(queue);
      assert.equal(read(first.frames), "3");
      await first.retry();
      const taken: (string | undefined)[] = [];
      for (const _ of priorities) taken.push(read((await queues.take(queue)).frames));
      assert.deepEqual(taken, ["5", "3", "2", "0", "4", "6", "1"]);
    },
  },
  {
    id: "queue/dedup",
    says: "While an item with a dedupKey is in the queue, put with the same key adds nothing and gives its id.",
    needs: "queues",
    async run(bench) {
      const queues = queuesOf(bench);
      const queue = bench.unique("dedup");
      const id = await queues.put(queue, text("first"), { dedupKey: "key" });
      assert.equal(await queues.put(queue, text("second"), { dedupKey: "key" }), id);
      assert.notEqual(await queues.put(queue, text("other"), { dedupKey: "another key" }), id);
      const item = await queues.take(queue);
      assert.equal(read(item.frames), "first");
      assert.equal(await queues.put(queue, text("third"), { dedupKey: "key" }), id);
      await item.ack();
      assert.notEqual(await queues.put(queue, text("fourth"), { dedupKey: "key" }), id);
      assert.equal((await queues.size(queue)).ready, 2);
    },
  },
  {
    id: "queue/try-take",
    says: "TryTake leases the next item if one is ready, and otherwise gives nothing at once.",
    needs: "queues",
    async run(bench) {
      const queues = queuesOf(bench);
      const queue = bench.unique("try");
      assert.equal(await queues.tryTake(queue), undefined);
      await queues.put(queue, text("here"));
      const item = await queues.tryTake(queue);
      assert.equal(read(item?.frames), "here");
      assert.equal(item?.deliveries, 1);
      assert.equal(await queues.tryTake(queue), undefined);
      await item.ack();
    },
  },
  {
    id: "queue/peek",
    says: "Peek shows the items that are ready, the next one first, and leaves them where they are.",
    needs: "queues",
    async run(bench) {
      const queues = queuesOf(bench);
      const queue = bench.unique("peek");
      assert.deepEqual(await queues.peek(queue), []);
      const ids: string[] = [];
      for (const part of ["a", "b", "c"]) ids.push(await queues.put(queue, text(part)));
      const shown = await queues.peek(queue);
      assert.deepEqual(
        shown.map(({ id }) => id),
        ids,
      );
      shown[0]?.frames[0]?.fill(0);
      assert.equal((await queues.peek(queue, { limit: 2 })).length, 2);
      const item = await queues.take(queue);
      assert.equal(read(item.frames), "a");
      assert.equal(item.deliveries, 1);
      await item.retry();
      assert.equal((await queues.peek(queue)).at(-1)?.deliveries, 1);
    },
  },
  {
    id: "queue/remove",
    says: "Remove takes out one item that is ready or delayed, and no other: a leased one stays.",
    needs: "queues",
    async run(bench) {
      const queues = queuesOf(bench);
      const queue = bench.unique("remove");
      const leased = await queues.put(queue, text("leased"));
      const item = await queues.take(queue);
      const ready = await queues.put(queue, text("ready"));
      const delayed = await queues.put(queue, text("delayed"), { delayMs: 60_000 });
      await queues.put(queue, text("kept"));
      assert.equal(await queues.remove(queue, leased), false);
      for (const id of [ready, delayed]) assert.equal(await queues.remove(queue, id), true);
      assert.equal(await queues.remove(queue, ready), false);
      assert.deepEqual(await queues.size(queue), { ready: 1, delayed: 0, leased: 1, dead: 0 });
      await item.ack();
      assert.equal(read((await queues.take(queue)).frames), "kept");
    },
  },
  {
    id: "queue/purge",
    says: "Purge takes out all items that are ready or delayed and tells how many; leased ones stay.",
    needs: "queues",
    async run(bench) {
      const queues = queuesOf(bench);
      const queue = bench.unique("purge");
      await queues.put(queue, text("leased"));
      const item = await queues.take(queue);
      for (const delayMs of [0, 0, 60_000]) await queues.put(queue, text("gone"), { delayMs });
      assert.equal(await queues.purge(queue), 3);
      assert.deepEqual(await queues.size(queue), { ready: 0, delayed: 0, leased: 1, dead: 0 });
      await item.ack();
      assert.equal(await queues.purge(queue), 0);
    },
  },
  {
    id: "queue/mistakes",
    says: "An impossible delay, priority, dedupKey, lease, number of deliveries or limit rejects with a TypeError.",
    needs: "queues",
    async run(bench) {
      const queues = queuesOf(bench);
      const queue = bench.unique("mistakes");
      await rejectsAsMistake(queues.put("", text("?")));
      for (const wrong of [{ delayMs: -1 }, { priority: 0.5 }, { priority: 1_001 }, { dedupKey: "" }])
        await rejectsAsMistake(queues.put(queue, text("?"), wrong));
      for (const wrong of [{ leaseMs: Number.NaN }, { maxDeliveries: 0 }]) {
        await rejectsAsMistake(queues.take(queue, wrong));
        await rejectsAsMistake(queues.tryTake(queue, wrong));
      }
      await rejectsAsMistake(queues.peek(queue, { limit: -1 }));
      await rejectsAsMistake(queues.replay(queue, { limit: Number.NaN }));
      assert.deepEqual(await queues.size(queue), { ready: 0, delayed: 0, leased: 0, dead: 0 });
    },
  },
  {
    id: "lease/max-deliveries",
    says: "An item that was given maxDeliveries times and comes back goes to the dead letters.",
    needs: "queues",
    async run(bench) {
      const queues = queuesOf(bench);
      const queue = bench.unique("most");
      const id = await queues.put(queue, text("poison"));
      await (await queues.take(queue, { maxDeliveries: 2 })).retry();
      await queues.take(queue, { maxDeliveries: 2, leaseMs: SHORT_MS });
      await queues.put(queue, text("healthy"), { delayMs: 2 * SHORT_MS });
      assert.equal(read((await queues.take(queue, { maxDeliveries: 2 })).frames), "healthy");
      assert.equal((await queues.take(deadLettersOf(queue))).id, id);
    },
  },
  {
    id: "lease/replay",
    says: "Replay puts dead letters back, the oldest first, as if they were new, and tells how many.",
    needs: "queues",
    async run(bench) {
      const queues = queuesOf(bench);
      const queue = bench.unique("replay");
      const ids: string[] = [];
      for (const part of ["a", "b", "c"]) {
        ids.push(await queues.put(queue, text(part)));
        await (await queues.take(queue)).reject();
      }
      assert.deepEqual(
        (await queues.peek(deadLettersOf(queue))).map(({ id }) => id),
        ids,
      );
      assert.equal(await queues.replay(queue, { limit: 2 }), 2);
      assert.deepEqual(await queues.size(queue), { ready: 2, delayed: 0, leased: 0, dead: 1 });
      assert.equal(await queues.replay(queue), 1);
      assert.equal(await queues.replay(queue), 0);
      for (const id of ids) {
        const item = await queues.take(queue);
        assert.equal(item.id, id);
        assert.equal(item.deliveries, 1);
      }
    },
  },
];
