/**
 * Where queues in memory tell what becomes of their items, so that these can
 * outlive the process.
 *
 * @module
 */

import type { Frames } from "./frames.ts";

/** An item, wherever it is. */
export interface JournaledItem {
  readonly id: string;
  readonly queue: string;
  readonly frames: Frames;
  readonly priority: number;
  readonly dedupKey: string | undefined;
  /** What it waits for others of, if anything. */
  readonly key?: string | undefined;
  /** Its place among the items of its key, whatever happened to it since it was put. */
  readonly turn?: number | undefined;
  /** The number of times it was taken. */
  readonly deliveries: number;
  /** The time before it can be taken, from when it is told. */
  readonly delayMs: number;
}

/** Is told of every change, in order; leases are not among them. */
export interface QueueJournal {
  /** Tells of a new item. */
  put(item: JournaledItem): void;
  /** Tells that an item was taken once more. */
  take(item: Pick<JournaledItem, "id" | "deliveries">): void;
  /** Tells that an item comes behind those of its priority, in its queue or in another. */
  move(item: JournaledItem): void;
  /** Tells that an item is gone. */
  remove(id: string): void;
  /** Resolves once all that was told so far is kept. Rejects when it cannot be. */
  kept(): Promise<void>;
}
