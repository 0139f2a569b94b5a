/**
 * The work queue port of a transport.
 *
 * @module
 */

import type { Frames } from "./frames.ts";
import type { WaitOptions } from "./wait-options.ts";

/** How an item is put. */
export interface PutOptions extends WaitOptions {
  /** The time before the item can be taken. Default 0 ms. */
  readonly delayMs?: number | undefined;
  /** Items of a higher priority are taken before those of a lower one: an integer from -1,000 to 1,000. Default 0. */
  readonly priority?: number | undefined;
  /**
   * What makes the item the only one of its kind: while one that was put with
   * the same key is in the queue, `put` adds nothing and resolves with the id of
   * that one.
   */
  readonly dedupKey?: string | undefined;
  /**
   * What the item is about: of the items of one key one at a time is leased, in
   * the order in which they were put, whatever their priorities, and the next
   * one only once the one before is acknowledged, rejected or removed. Default:
   * the item waits for no other.
   */
  readonly key?: string | undefined;
}

/** How many items are taken from a queue in a time. */
export interface RateLimit {
  /** The most items, from 1 to 10,000. */
  readonly count: number;
  /** The time, which begins anew with each item: never more than `count` within any such time. */
  readonly perMs: number;
}

/** How an item is leased to whoever takes it. */
export interface TakeOptions extends WaitOptions {
  /** The time in which the item must be settled before another taker gets it. Default 30,000 ms. */
  readonly leaseMs?: number | undefined;
  /**
   * How often an item may be given: one that comes back after the last time,
   * because nobody settled it, goes to the dead letters. Default: no limit.
   */
  readonly maxDeliveries?: number | undefined;
  /**
   * The most items of the queue that all takers together have on lease: beyond
   * it this taker waits. Default: no limit.
   */
  readonly concurrency?: number | undefined;
  /** How fast items are taken by all who give a limit together: beyond it this taker waits. Default: no limit. */
  readonly rateLimit?: RateLimit | undefined;
}

/** How many items are meant. */
export interface LimitOptions {
  /** The most items, the next ones first. Default: all of them; of `peek`, 100. */
  readonly limit?: number | undefined;
}

/** An item as `peek` shows it. */
export interface PeekedItem {
  readonly id: string;
  readonly frames: Frames;
  /** The number of times the item has been taken. */
  readonly deliveries: number;
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
  /** The items that cannot be taken yet: their delay is not over, or they wait for one of their key. */
  readonly delayed: number;
  readonly leased: number;
  /** The items in the queue's dead letters. */
  readonly dead: number;
}

/**
 * First-in, first-out queues with leases: at least once.
 *
 * A queue exists as soon as it is named and holds at most `maxQueuedBytes` of
 * the driver, leased and delayed items included, of which each counts for
 * somewhat more than its content; `put` rejects with `TOO_LARGE` beyond it. Of dead letters the oldest are dropped instead. An item that comes
 * back, by `retry` or because its lease is over, may come behind newer ones.
 */
export interface Queues {
  /** Appends an item and resolves with its id. */
  put(queue: string, frames: Frames, options?: PutOptions): Promise<string>;
  /** Waits for the next item and leases it. Rejects with the signal's reason. */
  take(queue: string, options?: TakeOptions): Promise<QueueItem>;
  /** Leases the next item if one is ready. */
  tryTake(queue: string, options?: TakeOptions): Promise<QueueItem | undefined>;
  /** Counts the queue's items. */
  size(queue: string): Promise<QueueSize>;
  /** Shows the items that are ready, the next one first, and leaves them where they are. */
  peek(queue: string, options?: LimitOptions): Promise<readonly PeekedItem[]>;
  /** Removes an item that is ready or delayed. Resolves with whether there was one; a leased item stays. */
  remove(queue: string, id: string): Promise<boolean>;
  /** Removes all items that are ready or delayed, and resolves with their number. */
  purge(queue: string): Promise<number>;
  /** Puts dead letters of the queue back into it, the oldest first, as if they were new, and resolves with their number. */
  replay(queue: string, options?: LimitOptions): Promise<number>;
}
