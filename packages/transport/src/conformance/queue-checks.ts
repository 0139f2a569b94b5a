/**
 * Work queues: putting and taking.
 *
 * @module
 */

import assert from "node:assert/strict";
import { assertPlain, assertSame, pattern, queuesOf, read, rejectsBecause, rejectsWith, text } from "./bench.ts";
import type { Check } from "./check.ts";

const DEFAULT_MAX_QUEUED_BYTES = 64 * 1024 * 1024;

/** The checks of `put`, `take` and `size`. */
export const queueChecks: readonly Check[] = [
  {
    id: "queue/order",
    says: "Items are taken in the order in which they were put.",
    needs: "queues",
    async run(bench) {
      const queues = queuesOf(bench);
      const queue = bench.unique("order");
      for (let index = 0; index < 50; index += 1) await queues.put(queue, text(String(index)));
      for (let index = 0; index < 50; index += 1) {
        const item = await queues.take(queue);
        assert.equal(read(item.frames), String(index));
        await item.ack();
      }
    },
  },
  {
    id: "queue/wait",
    says: "Taking from an empty queue waits for the next item.",
    needs: "queues",
    async run(bench) {
      const queues = queuesOf(bench);
      const queue = bench.unique("wait");
      const [item] = await Promise.all([queues.take(queue), queues.put(queue, text("at last"))]);
      assert.equal(read(item.frames), "at last");
    },
  },
  {
    id: "queue/one-taker",
    says: "Each item goes to one taker.",
    needs: "queues",
    async run(bench) {
      const queues = queuesOf(bench);
      const queue = bench.unique("one");
      const take = async (): Promise<string | undefined> => read((await queues.take(queue)).frames);
      const early = Array.from({ length: 10 }, take);
      const putting = Array.from({ length: 20 }, (_, index) => queues.put(queue, text(String(index))));
      const late = Array.from({ length: 10 }, take);
      const [items] = await Promise.all([Promise.all([...early, ...late]), ...putting]);
      assert.equal(new Set(items).size, 20);
    },
  },
  {
    id: "queue/ids",
    says: "Put resolves with an id of its own, which the item bears when it is taken.",
    needs: "queues",
    async run(bench) {
      const queues = queuesOf(bench);
      const queue = bench.unique("ids");
      const ids = [await queues.put(queue, text("same")), await queues.put(queue, text("same"))];
      assert.equal(new Set(ids).size, 2);
      for (const id of ids) assert.equal((await queues.take(queue)).id, id);
    },
  },
  {
    id: "queue/apart",
    says: "Queues of different names share no items.",
    needs: "queues",
    async run(bench) {
      const queues = queuesOf(bench);
      const [one, other] = [bench.unique("apart"), bench.unique("apart")];
      const putBoth = async (): Promise<void> => {
        await queues.put(one, text("one"));
        await queues.put(other, text("other"));
      };
      const [item] = await Promise.all([queues.take(other), putBoth()]);
      assert.equal(read(item.frames), "other");
      assert.equal(read((await queues.take(one)).frames), "one");
    },
  },
  {
    id: "queue/frames",
    says: "Items arrive intact and plain, though the sender reuses its buffers.",
    needs: "queues",
    async run(bench) {
      const queues = queuesOf(bench);
      const queue = bench.unique("frames");
      const frames = [new Uint8Array(), pattern(100), pattern(100_000)];
      const sent = frames.map((frame) => Buffer.from(frame));
      await queues.put(queue, sent);
      for (const frame of sent) frame.fill(0);
      const item = await queues.take(queue);
      assertSame(item.frames, frames);
      assertPlain(item.frames);
    },
  },
  {
    id: "queue/size",
    says: "Size counts the items that are ready, leased, delayed and dead.",
    needs: "queues",
    async run(bench) {
      const queues = queuesOf(bench);
      const queue = bench.unique("size");
      assert.deepEqual(await queues.size(queue), { ready: 0, delayed: 0, leased: 0, dead: 0 });
      for (const part of ["ready", "ready", "leased", "delayed", "dead", "done"]) await queues.put(queue, text(part));
      const items = await Promise.all(Array.from({ length: 6 }, () => queues.take(queue)));
      await items[0]?.retry();
      await items[1]?.retry();
      await items[3]?.retry({ delayMs: 60_000 });
      await items[4]?.reject();
      await items[5]?.ack();
      assert.deepEqual(await queues.size(queue), { ready: 2, delayed: 1, leased: 1, dead: 1 });
    },
  },
  {
    id: "queue/abort-before",
    says: "With a signal that is aborted already, put and take reject with its reason and do nothing.",
    needs: "queues",
    async run(bench) {
      const queues = queuesOf(bench);
      const queue = bench.unique("before");
      const reason = new Error("changed my mind");
      const signal = AbortSignal.abort(reason);
      await queues.put(queue, text("kept"));
      await rejectsBecause(reason, queues.put(queue, text("never"), { signal }));
      await rejectsBecause(reason, queues.take(queue, { signal }));
      const { ready, leased } = await queues.size(queue);
      assert.deepEqual({ ready, leased }, { ready: 1, leased: 0 });
    },
  },
  {
    id: "queue/abort",
    says: "A signal aborted while take waits rejects with its reason, and no item is lost by it.",
    needs: "queues",
    async run(bench) {
      const queues = queuesOf(bench);
      const queue = bench.unique("abort");
      const controller = new AbortController();
      const reason = new Error("changed my mind");
      const taking = queues.take(queue, { signal: controller.signal, leaseMs: 200 });
      controller.abort(reason);
      await rejectsBecause(reason, taking);
      await queues.put(queue, text("kept"));
      assert.equal(read((await queues.take(queue)).frames), "kept");
    },
  },
  {
    id: "queue/full",
    says: "Beyond maxQueuedBytes put rejects with TOO_LARGE until there is room again.",
    needs: "queues",
    deadlineMs: 20_000,
    async run(bench) {
      const queues = queuesOf(bench);
      const queue = bench.unique("full");
      const max = bench.fixture.maxQueuedBytes ?? DEFAULT_MAX_QUEUED_BYTES;
      // Somewhat less, because an item counts for more than its content.
      const quarter = [new Uint8Array(Math.floor(max / 4) - 1_024)];
      for (let index = 0; index < 4; index += 1) await queues.put(queue, quarter);
      await rejectsWith("TOO_LARGE", queues.put(queue, quarter));
      await (await queues.take(queue)).ack();
      await queues.put(queue, quarter);
    },
  },
  {
    id: "queue/transport-close",
    says: "Closing the transport rejects a waiting take with CLOSED, and later put, take and size too.",
    needs: "queues",
    async run(bench) {
      const queues = queuesOf(bench);
      const queue = bench.unique("over");
      await Promise.all([rejectsWith("CLOSED", queues.take(queue)), bench.transport.close()]);
      await rejectsWith("CLOSED", queues.put(queue, text("late")));
      await rejectsWith("CLOSED", queues.take(queue));
      await rejectsWith("CLOSED", queues.size(queue));
    },
  },
  {
    id: "queue/durable",
    says: "Items survive the end of the transport that put them.",
    needs: "durable",
    async run(bench) {
      const queue = bench.unique("durable");
      await queuesOf(bench).put(queue, text("kept"));
      await bench.transport.close();
      const item = await queuesOf({ transport: await bench.create() }).take(queue);
      assert.equal(read(item.frames), "kept");
      await item.ack();
    },
  },
];
