/**
 * The work queue port of a transport.
 *
 * @module
 */

import type { Frames } from "./frames.ts";
import type { WaitOptions } from "./wait-options.ts";

/** How an item is leased to whoever takes it. */
export interface TakeOptions extends WaitOptions {
  /** The time in which the item must be settled before another taker gets it. Default 30,000 ms. */
  readonly leaseMs?: number | undefined;
}

/** How a failed item comes back. */
export interface RetryOptions {
  /** The time before the item can be taken again. Default 0 ms. */
  readonly delayMs?: number | undefined;
}

/** An item taken from a queue and not yet settled. */
export interface QueueItem {
  readonly id: string;
  readonly frames: Frames;
  /** The number of times the item has been taken, this one included. */
  readonly deliveries: number;
  /** Prolongs the lease to `leaseMs` from now. Rejects with `LEASE_LOST` when another may have the item. */
  extend(leaseMs: number): Promise<void>;
  /** Removes the item: it is done. Rejects with `LEASE_LOST`. */
  ack(): Promise<void>;
  /** Puts the item back for another try. Rejects with `LEASE_LOST`. */
  retry(options?: RetryOptions): Promise<void>;
  /** Moves the item to the queue's dead letters, see `deadLettersOf`. Rejects with `LEASE_LOST`. */
  reject(): Promise<void>;
}

/**
 * Names the queue that holds what was rejected from a queue: a queue like any
 * other, to look through, to put back from, or to empty.
 */
export function deadLettersOf(queue: string): string {
  return `${queue}:dead`;
}

/** The number of items by where they are. */
export interface QueueSize {
  readonly ready: number;
  readonly delayed: number;
  readonly leased: number;
  /** The items in the queue's dead letters. */
  readonly dead: number;
}

/**
 * First-in, first-out queues with leases: at least once.
 *
 * A queue exists as soon as it is named and holds at most `maxQueuedBytes` of
 * the driver, leased and delayed items included; `put` rejects with `TOO_LARGE`
 * beyond it. Of dead letters the oldest are dropped instead. An item that comes
 * back, by `retry` or because its lease is over, may come behind newer ones.
 */
export interface Queues {
  /** Appends an item and resolves with its id. */
  put(queue: string, frames: Frames, options?: WaitOptions): Promise<string>;
  /** Waits for the next item and leases it. Rejects with the signal's reason. */
  take(queue: string, options?: TakeOptions): Promise<QueueItem>;
  /** Counts the queue's items. */
  size(queue: string): Promise<QueueSize>;
}
