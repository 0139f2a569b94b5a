import type { Frames } from "@fourwire/transport";
import type { Fixture } from "@fourwire/transport/conformance";
import { memory } from "@fourwire/transport/memory";
import { memoryFixture } from "./memory-fixture.ts";
import { breakItems, breakQueues, breakTransport } from "./sabotage.ts";

const putSaboteurs: Readonly<Record<string, Fixture>> = {
  "queue/order": breakQueues((queues) => {
    let held: Frames | undefined;
    return {
      async put(queue, frames) {
        const overtaken = held;
        held = overtaken ? undefined : frames;
        if (!overtaken) return "held";
        await queues.put(queue, frames);
        return queues.put(queue, overtaken);
      },
    };
  }),
  "queue/wait": breakQueues((queues) => ({
    async take(queue, options) {
      if ((await queues.size(queue)).ready === 0) throw new Error("The queue is empty");
      return queues.take(queue, options);
    },
  })),
  "queue/one-taker": breakQueues((queues) => {
    let shared: ReturnType<typeof queues.take> | undefined;
    return {
      take(queue, options) {
        const taking = shared ?? queues.take(queue, options);
        shared = shared ? undefined : taking;
        return taking;
      },
    };
  }),
  "queue/ids": breakQueues((queues) => ({ put: async (queue, frames) => `${await queues.put(queue, frames)}?` })),
  "queue/apart": breakQueues((queues) => ({
    put: (_queue, frames) => queues.put("the only queue", frames),
    take: (_queue, options) => queues.take("the only queue", options),
  })),
  "queue/frames": breakItems(({ frames }) => ({ frames: frames.map((frame) => Buffer.from(frame)) })),
  "queue/size": breakQueues((queues) => ({
    size: async (queue) => ({ ...(await queues.size(queue)), delayed: 0 }),
  })),
  "queue/abort-before": breakQueues((queues) => ({
    put: (queue, frames) => queues.put(queue, frames),
  })),
  "queue/abort": breakQueues((queues) => ({
    take(queue, { signal } = {}) {
      const taking = queues.take(queue);
      return new Promise((resolve, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason));
        // Who takes for somebody that has gone loses the item.
        taking.then((item) => (signal?.aborted ? item.ack() : resolve(item)), reject);
      });
    },
  })),
  "queue/full": { ...memoryFixture, create: () => memory() },
  "queue/transport-close": breakTransport(() => ({ queues: memory().queues })),
  "queue/durable": breakTransport(({ traits }) => ({ traits: { ...traits, durable: true } })),
};

const leaseSaboteurs: Readonly<Record<string, Fixture>> = {
  "lease/ack": breakItems(() => ({ ack: async () => undefined })),
  "lease/exclusive": breakQueues((queues) => ({
    async take(queue, options) {
      const item = await queues.take(queue, options);
      await item.retry();
      return item;
    },
  })),
  "lease/expiry": breakQueues((queues) => ({ take: (queue) => queues.take(queue) })),
  "lease/fencing": breakItems((item) => ({ extend: (leaseMs) => item.extend(leaseMs).catch(() => undefined) })),
  "lease/settle-once": breakItems((item) => ({ reject: () => item.reject().catch(() => undefined) })),
  "lease/extend": breakItems(() => ({ extend: async () => undefined })),
  "lease/retry": breakItems(() => ({ deliveries: 1 })),
  "lease/retry-delay": breakItems((item) => ({ retry: () => item.retry() })),
  "lease/reject": breakItems((item) => ({ reject: () => item.ack() })),
};

const itemSaboteurs: Readonly<Record<string, Fixture>> = {
  "queue/delay": breakQueues((queues) => ({ put: (queue, frames) => queues.put(queue, frames) })),
  "queue/priority": breakQueues((queues) => ({
    put: (queue, frames, options) =>
      queues.put(queue, frames, { ...options, priority: Math.sign(options?.priority ?? 0) }),
  })),
  "queue/dedup": breakQueues((queues) => ({
    put: (queue, frames, options) => queues.put(queue, frames, { ...options, dedupKey: undefined }),
  })),
  "queue/try-take": breakQueues((queues) => ({ tryTake: (queue, options) => queues.take(queue, options) })),
  "queue/peek": breakQueues((queues) => ({
    async peek(queue, options) {
      const shown = await queues.peek(queue, options);
      await (await queues.tryTake(queue))?.retry();
      return shown;
    },
  })),
  "queue/remove": breakQueues((queues) => ({ remove: async (queue) => (await queues.purge(queue)) > 0 })),
  "queue/purge": breakQueues((queues) => ({
    async purge(queue) {
      let purged = 0;
      for (let item = await queues.tryTake(queue); item; item = await queues.tryTake(queue)) {
        await item.ack();
        purged += 1;
      }
      return purged;
    },
  })),
  "queue/mistakes": breakQueues((queues) => ({
    put: (queue, frames, options) => queues.put(queue, frames, { ...options, priority: 0 }),
  })),
  "lease/max-deliveries": breakQueues((queues) => ({
    take: (queue, options) => queues.take(queue, { ...options, maxDeliveries: undefined }),
  })),
  "lease/replay": breakQueues((queues) => ({ replay: (queue) => queues.replay(queue) })),
};

const keyless = breakQueues((queues) => ({
  put: (queue, frames, options) => queues.put(queue, frames, { ...options, key: undefined }),
}));

const keySaboteurs: Readonly<Record<string, Fixture>> = {
  "key/order": keyless,
  "key/retry": keyless,
  "key/gone": keyless,
  "key/purge": breakQueues((queues) => ({
    async purge(queue) {
      const { ready } = await queues.size(queue);
      for (let count = 0; count < ready; count += 1) await (await queues.tryTake(queue))?.ack();
      return ready;
    },
  })),
  "queue/concurrency": breakQueues((queues) => ({
    tryTake: (queue, options) => queues.tryTake(queue, { ...options, concurrency: undefined }),
  })),
  "queue/rate-limit": breakQueues((queues) => ({
    take: (queue, options) => queues.take(queue, { ...options, rateLimit: undefined }),
  })),
  "key/mistakes": breakQueues((queues) => ({
    put: (queue, frames, options) => queues.put(queue, frames, { ...options, key: options?.key || undefined }),
  })),
};

/** Saboteurs of the queue, lease, key and item checks. */
export const queueSaboteurs: Readonly<Record<string, Fixture>> = {
  ...putSaboteurs,
  ...leaseSaboteurs,
  ...itemSaboteurs,
  ...keySaboteurs,
};
