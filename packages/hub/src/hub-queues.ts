/**
 * The queues of a hub, as those who use it hold them.
 *
 * @module
 */

import type { PeekedItem, QueueItem, QueueSize, Queues, TakeOptions } from "@fourwire/transport";
import { checkFrames, checkLimit, checkMs, checkPutOptions, checkTakeOptions } from "@fourwire/transport";
import type { HubLink } from "./hub-link.ts";
import type { HubCall } from "./protocol.ts";
import { foreign, readFrames } from "./protocol.ts";

/** Makes queues of a hub; only messages up to `maxMessageBytes` pass. */
export function createHubQueues(link: HubLink, maxMessageBytes: number): Queues {
  const take = createTake(link);
  return {
    async put(queue, frames, options = {}) {
      const { signal, delayMs, priority, dedupKey, key } = options;
      signal?.throwIfAborted();
      checkQueue(queue);
      checkPutOptions(options);
      checkFrames(frames, maxMessageBytes);
      const id = await link.call("put", queue, [frames, { delayMs, priority, dedupKey, key }], signal);
      if (typeof id !== "string") throw foreign("put");
      return id;
    },

    async take(queue, options = {}) {
      return createItem(link, queue, await take("take", queue, options));
    },

    async tryTake(queue, options = {}) {
      const taken = await take("tryTake", queue, options);
      return taken === undefined ? undefined : createItem(link, queue, taken);
    },

    async size(queue) {
      checkQueue(queue);
      const size = await link.call("size", queue);
      if (!isSize(size)) throw foreign("size");
      return size;
    },

    async peek(queue, { limit } = {}) {
      checkQueue(queue);
      if (limit !== undefined) checkLimit(limit);
      const items = await link.call("peek", queue, [limit]);
      if (!Array.isArray(items)) throw foreign("peek");
      return items.map(readPeeked);
    },

    async remove(queue, id) {
      checkQueue(queue);
      const isRemoved = await link.call("remove", queue, [id]);
      if (typeof isRemoved !== "boolean") throw foreign("remove");
      return isRemoved;
    },

    async purge(queue) {
      checkQueue(queue);
      return readCount("purge", await link.call("purge", queue));
    },

    async replay(queue, { limit } = {}) {
      checkQueue(queue);
      if (limit !== undefined) checkLimit(limit);
      return readCount("replay", await link.call("replay", queue, [limit]));
    },
  };
}

function createTake(link: HubLink) {
  return async (call: "take" | "tryTake", queue: string, options: TakeOptions): Promise<unknown> => {
    const { signal, leaseMs, maxDeliveries, concurrency, rateLimit } = options;
    signal?.throwIfAborted();
    checkQueue(queue);
    checkTakeOptions(options);
    return await link.call(call, queue, [{ leaseMs, maxDeliveries, concurrency, rateLimit }], signal);
  };
}

function readCount(call: HubCall, count: unknown): number {
  if (typeof count !== "number") throw foreign(call);
  return count;
}

function createItem(link: HubLink, queue: string, taken: unknown): QueueItem {
  if (!Array.isArray(taken)) throw foreign("take");
  const [token, id, deliveries, ...frames]: unknown[] = taken;
  if (typeof token !== "string" || typeof id !== "string" || typeof deliveries !== "number") throw foreign("take");
  return {
    id,
    deliveries,
    frames: readFrames(frames),
    async extend(leaseMs) {
      checkMs("leaseMs", leaseMs);
      await link.call("extend", queue, [token, leaseMs]);
    },
    async ack() {
      await link.call("ack", queue, [token]);
    },
    async retry({ delayMs = 0 } = {}) {
      checkMs("delayMs", delayMs);
      await link.call("retry", queue, [token, delayMs]);
    },
    async reject() {
      await link.call("reject", queue, [token]);
    },
  };
}

function checkQueue(name: string): void {
  if (typeof name !== "string" || name === "") throw new TypeError("A queue has a non-empty name");
}

function readPeeked(value: unknown): PeekedItem {
  if (!Array.isArray(value)) throw foreign("peek");
  const [id, deliveries, ...frames]: unknown[] = value;
  if (typeof id !== "string" || typeof deliveries !== "number") throw foreign("peek");
  return { id, deliveries, frames: readFrames(frames) };
}

function isSize(value: unknown): value is QueueSize {
  if (typeof value !== "object" || value === null) return false;
  const counts = new Map<string, unknown>(Object.entries(value));
  return ["ready", "delayed", "leased", "dead"].every((name) => typeof counts.get(name) === "number");
}
