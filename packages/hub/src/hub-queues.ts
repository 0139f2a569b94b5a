/**
 * The queues of a hub, as those who use it hold them.
 *
 * @module
 */

import type { QueueItem, QueueSize, Queues } from "@fourwire/transport";
import { checkFrames } from "@fourwire/transport";
import type { HubLink } from "./hub-link.ts";
import { foreign, readFrames } from "./protocol.ts";

const DEFAULT_LEASE_MS = 30_000;

/** Makes queues of a hub; only messages up to `maxMessageBytes` pass. */
export function createHubQueues(link: HubLink, maxMessageBytes: number): Queues {
  return {
    async put(queue, frames, { signal } = {}) {
      signal?.throwIfAborted();
      checkQueue(queue);
      checkFrames(frames, maxMessageBytes);
      const id = await link.call("put", [queue, frames], signal);
      if (typeof id !== "string") throw foreign("put");
      return id;
    },

    async take(queue, { signal, leaseMs = DEFAULT_LEASE_MS } = {}) {
      signal?.throwIfAborted();
      checkQueue(queue);
      checkMs("leaseMs", leaseMs);
      return createItem(link, await link.call("take", [queue, leaseMs], signal));
    },

    async size(queue) {
      checkQueue(queue);
      const size = await link.call("size", [queue]);
      if (!isSize(size)) throw foreign("size");
      return size;
    },
  };
}

function createItem(link: HubLink, taken: unknown): QueueItem {
  if (!Array.isArray(taken)) throw foreign("take");
  const [token, id, deliveries, ...frames]: unknown[] = taken;
  if (typeof token !== "string" || typeof id !== "string" || typeof deliveries !== "number") throw foreign("take");
  return {
    id,
    deliveries,
    frames: readFrames(frames),
    async extend(leaseMs) {
      checkMs("leaseMs", leaseMs);
      await link.call("extend", [token, leaseMs]);
    },
    async ack() {
      await link.call("ack", [token]);
    },
    async retry({ delayMs = 0 } = {}) {
      checkMs("delayMs", delayMs);
      await link.call("retry", [token, delayMs]);
    },
    async reject() {
      await link.call("reject", [token]);
    },
  };
}

function checkQueue(name: string): void {
  if (typeof name !== "string" || name === "") throw new TypeError("A queue has a non-empty name");
}

function checkMs(name: string, ms: number): void {
  if (!(ms >= 0 && ms < Number.POSITIVE_INFINITY))
    throw new TypeError(`${name} is a number of milliseconds, 0 or more`);
}

function isSize(value: unknown): value is QueueSize {
  if (typeof value !== "object" || value === null) return false;
  const counts = new Map<string, unknown>(Object.entries(value));
  return ["ready", "delayed", "leased", "dead"].every((name) => typeof counts.get(name) === "number");
}
