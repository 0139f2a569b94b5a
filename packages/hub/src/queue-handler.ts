/**
 * What a hub does with its queues for one session.
 *
 * @module
 */

import { callContext } from "@fourwire/session";
import type { PeekedItem, QueueItem, Queues, TakeOptions } from "@fourwire/transport";
import { checkTakeOptions, sizeOfFrames } from "@fourwire/transport";
import type { Leases } from "./leases.ts";
import type { QueueCall, Served } from "./protocol.ts";
import { readFrames, readNumber, readOptionalNumber, readPutOptions, readTakeOptions, readText } from "./protocol.ts";

/** What the sessions of a hub share of its queues. */
export interface QueueParts {
  readonly leases: Leases;
  /** The longest lease that anybody is given. */
  readonly maxLeaseMs: number;
}

const DEFAULT_LEASE_MS = 30_000;
/** What one `peek` shows: an answer has to fit into a message of the session. */
const MAX_PEEKED_BYTES = 4 * 1024 * 1024;

/** Makes the calls on queues, which `queues` gives or throws that there are none. */
export function createQueueCalls(queues: () => Queues, { leases, maxLeaseMs }: QueueParts): Record<QueueCall, Served> {
  /** Waits, if at all, until whoever takes gives up. */
  const readTake = (options: unknown): TakeOptions & { readonly leaseMs: number } => {
    const { leaseMs = DEFAULT_LEASE_MS, ...limits } = readTakeOptions(options);
    checkTakeOptions({ leaseMs, ...limits });
    return { leaseMs: Math.min(leaseMs, maxLeaseMs), ...limits };
  };
  const hand = (queue: string, item: QueueItem, leaseMs: number): unknown => [
    leases.add(queue, item, leaseMs),
    item.id,
    item.deliveries,
    ...item.frames,
  ];
  const release = (queue: string, token: unknown): QueueItem => leases.release(queue, readText("The token", token));
  return {
    put: (queue, [frames, options]) => queues().put(queue, readFrames(frames), readPutOptions(options)),
    async take(queue, [options]) {
      const { signal } = callContext();
      const taking = readTake(options);
      const item = await queues().take(queue, { ...taking, signal });
      if (!signal.aborted) return hand(queue, item, taking.leaseMs);
      // Nobody waits for it any more: the next taker gets it at once.
      await item.retry();
      throw signal.reason;
    },
    async tryTake(queue, [options]) {
      const taking = readTake(options);
      const item = await queues().tryTake(queue, taking);
      return item && hand(queue, item, taking.leaseMs);
    },
    async extend(queue, [token, leaseMs]) {
      const ms = Math.min(readNumber("leaseMs", leaseMs), maxLeaseMs);
      await leases.prolong(queue, readText("The token", token), ms).extend(ms);
    },
    ack: (queue, [token]) => release(queue, token).ack(),
    retry: (queue, [token, delayMs]) => release(queue, token).retry({ delayMs: readNumber("delayMs", delayMs) }),
    reject: (queue, [token]) => release(queue, token).reject(),
    size: async (queue) => ({ ...(await queues().size(queue)) }),
    peek: async (queue, [limit]) => show(await queues().peek(queue, { limit: readOptionalNumber("limit", limit) })),
    remove: (queue, [id]) => queues().remove(queue, readText("The id", id)),
    purge: (queue) => queues().purge(queue),
    replay: (queue, [limit]) => queues().replay(queue, { limit: readOptionalNumber("limit", limit) }),
  };
}

/** Lists items up to the bytes that one answer shows, the first in any case. */
function show(items: readonly PeekedItem[]): unknown[] {
  let bytes = 0;
  const shown = items.findIndex(({ frames }, index) => {
    bytes += sizeOfFrames(frames);
    return index > 0 && bytes > MAX_PEEKED_BYTES;
  });
  const fitting = shown === -1 ? items : items.slice(0, shown);
  return fitting.map(({ id, deliveries, frames }) => [id, deliveries, ...frames]);
}
