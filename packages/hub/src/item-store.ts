/**
 * What keeps the items of durable queues, and the entries of durable logs.
 *
 * @module
 */

import type { Frames, JournaledEntry, JournaledLog } from "@fourwire/transport";

/** Where an item is, and how it is taken from there. */
export interface StoredPlace {
  readonly queue: string;
  readonly priority: number;
  readonly dedupKey?: string | undefined;
  readonly key?: string | undefined;
  /** The items of one key are taken in this order. */
  readonly turn?: number | undefined;
  /** Items of one priority are taken in this order. */
  readonly order: number;
  /** When the item can be taken, as `Date.now` tells the time; 0 for at once. */
  readonly dueAt: number;
}

/** An item as it is kept. */
export interface StoredItem {
  readonly id: string;
  readonly frames: Frames;
  readonly place: StoredPlace;
  /** The number of times it was taken. */
  readonly deliveries: number;
}

/** One change. */
export type StoreWrite =
  | { readonly kind: "put"; readonly item: StoredItem }
  | { readonly kind: "take"; readonly id: string; readonly deliveries: number }
  | { readonly kind: "move"; readonly id: string; readonly place: StoredPlace; readonly deliveries: number }
  | { readonly kind: "remove"; readonly id: string }
  | { readonly kind: "append"; readonly entry: JournaledEntry }
  | { readonly kind: "trim"; readonly log: string; readonly numbers: readonly number[] }
  | { readonly kind: "remember"; readonly log: JournaledLog };

/** What a store held when it was opened. */
export interface StoreContent {
  /** Higher than at every opening before. */
  readonly life: number;
  readonly items: readonly StoredItem[];
  readonly logs: readonly JournaledLog[];
  /** The entries of all logs, those of one log in order. */
  readonly entries: readonly JournaledEntry[];
}

/** Keeps items and entries beyond the end of its process. */
export interface ItemStore extends AsyncDisposable {
  /** Reads everything, and keeps whoever opened the store before from writing. */
  load(): StoreContent;
  /** Makes changes, all or none, in order; resolves once they would survive a power cut. */
  commit(writes: readonly StoreWrite[]): Promise<void>;
  /** Closes the store. Safe to call twice. */
  close(): Promise<void>;
}
