/**
 * A queue as it looks to those who only look.
 *
 * @module
 */

import { toError, type ValueCodec } from "@fourwire/session";
import type { PeekedItem, QueueSize } from "@fourwire/transport";
import { type ItemMeta, readItem } from "./queue-item.ts";

/** An item that waits. */
export interface PeekedJob {
  readonly id: string;
  /** The number of times it was delivered. */
  readonly deliveries: number;
  /** Its data, which nobody has checked; absent when they cannot be read. */
  readonly data: unknown;
  readonly meta: ItemMeta | undefined;
  /** Why it cannot be read. */
  readonly error: Error | undefined;
}

/** How full a queue is. */
export interface QueueStats extends QueueSize {
  /** How long ago the next item was put, in ms, by the two clocks; absent when none is ready. */
  readonly oldestMs: number | undefined;
}

/** Shows an item. */
export function peekedJob(codec: ValueCodec, queue: string, { id, deliveries, frames }: PeekedItem): PeekedJob {
  try {
    const { data, meta } = readItem(codec, queue, frames);
    return { id, deliveries, data, meta, error: undefined };
  } catch (error) {
    return { id, deliveries, data: undefined, meta: undefined, error: toError(error) };
  }
}
