/**
 * Work queues: what becomes of an item that was taken.
 *
 * @module
 */

import assert from "node:assert/strict";
import { deadLettersOf } from "../queues.ts";
import { queuesOf, read, rejectsWith, text } from "./bench.ts";
import type { Check } from "./check.ts";

/** Long enough for a broker's round trips, short enough to wait for. */
const LEASE_MS = 200;

/** The checks of leases and the ways to settle them. */
export const leaseChecks: readonly Check[] = [
  {
    id: "lease/ack",
    says: "An acknowledged item is gone.",
    needs: "queues",
    async run(bench) {
      const queues = queuesOf(bench);
      const queue = bench.unique("ack");
      await queues.put(queue, text("done"));
      const item = await queues.take(queue);
      assert.equal(item.deliveries, 1);
      await item.ack();
      assert.deepEqual(await queues.size(queue), { ready: 0, delayed: 0, leased: 0, dead: 0 });
    },
  },
  {
    id: "lease/exclusive",
    says: "A leased item is not given to another taker.",
    needs: "queues",
    async run(bench) {
      const queues = queuesOf(bench);
      const queue = bench.unique("exclusive");
      await queues.put(queue, text("leased"));
      await queues.take(queue);
      await queues.put(queue, text("free"));
      assert.equal(read((await queues.take(queue)).frames), "free");
    },
  },
  {
    id: "lease/expiry",
    says: "An item that is not settled within its lease is given to the next taker, with one delivery more.",
    needs: "queues",
    async run(bench) {
      const queues = queuesOf(bench);
      const queue = bench.unique("expiry");
      const id = await queues.put(queue, text("again"));
      await queues.take(queue, { leaseMs: LEASE_MS });
      const item = await queues.take(queue);
      assert.equal(item.id, id);
      assert.equal(read(item.frames), "again");
      assert.equal(item.deliveries, 2);
      await item.ack();
    },
  },
  {
    id: "lease/fencing",
    says: "Who has lost the lease can settle nothing: LEASE_LOST; who has it now is not disturbed.",
    needs: "queues",
    async run(bench) {
      const queues = queuesOf(bench);
      const queue = bench.unique("fencing");
      await queues.put(queue, text("contested"));
      const late = await queues.take(queue, { leaseMs: LEASE_MS });
      const current = await queues.take(queue);
      await rejectsWith("LEASE_LOST", late.ack());
      await rejectsWith("LEASE_LOST", late.retry());
      await rejectsWith("LEASE_LOST", late.reject());
      await rejectsWith("LEASE_LOST", late.extend(60_000));
      await current.ack();
    },
  },
  {
    id: "lease/settle-once",
    says: "An item is settled once: afterwards every way to settle it rejects with LEASE_LOST.",
    needs: "queues",
    async run(bench) {
      const queues = queuesOf(bench);
      const queue = bench.unique("once");
      await queues.put(queue, text("once"));
      const item = await queues.take(queue);
      await item.ack();
      await rejectsWith("LEASE_LOST", item.ack());
      await rejectsWith("LEASE_LOST", item.retry());
      await rejectsWith("LEASE_LOST", item.reject());
      await rejectsWith("LEASE_LOST", item.extend(60_000));
    },
  },
  {
    id: "lease/extend",
    says: "Extending keeps the lease for the given time from now.",
    needs: "queues",
    async run(bench) {
      const queues = queuesOf(bench);
      const queue = bench.unique("extend");
      await queues.put(queue, text("kept"));
      await queues.put(queue, text("clock"));
      const kept = await queues.take(queue, { leaseMs: LEASE_MS });
      const clock = await queues.take(queue, { leaseMs: LEASE_MS });
      await kept.extend(60_000);
      // The lease of the second item tells when that of the first would have been over.
      assert.equal((await queues.take(queue)).id, clock.id);
      await kept.ack();
    },
  },
  {
    id: "lease/retry",
    says: "A retried item can be taken again at once, intact, with one delivery more.",
    needs: "queues",
    async run(bench) {
      const queues = queuesOf(bench);
      const queue = bench.unique("retry");
      const id = await queues.put(queue, text("again"));
      const first = await queues.take(queue);
      first.frames[0]?.fill(0);
      await first.retry();
      const second = await queues.take(queue);
      assert.equal(second.id, id);
      assert.equal(read(second.frames), "again");
      assert.equal(second.deliveries, 2);
    },
  },
  {
    id: "lease/retry-delay",
    says: "An item retried with a delay cannot be taken before the delay is over.",
    needs: "queues",
    async run(bench) {
      const queues = queuesOf(bench);
      const queue = bench.unique("delay");
      await queues.put(queue, text("delayed"));
      const item = await queues.take(queue);
      const since = performance.now();
      await item.retry({ delayMs: LEASE_MS });
      await queues.put(queue, text("newer"));
      assert.equal(read((await queues.take(queue)).frames), "newer");
      assert.equal(read((await queues.take(queue)).frames), "delayed");
      const waitedMs = performance.now() - since;
      // A broker's clock and this one may differ by some milliseconds.
      assert.ok(waitedMs > LEASE_MS - 20, `It came after ${waitedMs} ms`);
    },
  },
  {
    id: "lease/reject",
    says: "A rejected item is never given again; it moves to the queue's dead letters, a queue of its own.",
    needs: "queues",
    async run(bench) {
      const queues = queuesOf(bench);
      const queue = bench.unique("reject");
      await queues.put(queue, text("poison"));
      await (await queues.take(queue)).reject();
      assert.deepEqual(await queues.size(queue), { ready: 0, delayed: 0, leased: 0, dead: 1 });
      const dead = await queues.take(deadLettersOf(queue));
      assert.equal(read(dead.frames), "poison");
      await dead.ack();
      assert.equal((await queues.size(queue)).dead, 0);
    },
  },
];
