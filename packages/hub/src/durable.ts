/**
 * Queues that survive the end of their hub: `@fourwire/hub/durable`, for Node,
 * with the package `lmdb` installed beside it.
 *
 * @module
 */

import type { JournaledItem, Queues, Topics } from "@fourwire/transport";
import { MemoryQueues } from "@fourwire/transport";
import type { ItemStore, StoredItem } from "./item-store.ts";
import { lmdbStore } from "./lmdb-store.ts";
import type { HubBackend } from "./serve-hub.ts";
import { StoreJournal } from "./store-journal.ts";
import { Switchboard } from "./switchboard.ts";

export type { ItemStore, StoreContent, StoredItem, StoredPlace, StoreWrite } from "./item-store.ts";
export { lmdbStore } from "./lmdb-store.ts";

/** Where items are kept: in a file, or in a store of another kind. */
export type DurableOptions = DurableLimits &
  (
    | {
        /** The file, or the folder, which comes into being. One hub uses it at a time. */
        readonly path: string;
      }
    | {
        /** What keeps the items. It closes with the backend. */
        readonly store: ItemStore;
      }
  );

/** Limits of durable queues. */
export interface DurableLimits {
  /**
   * The bytes that one queue holds, in memory as in the file; `put` rejects with
   * `TOO_LARGE` beyond it. Default 64 MiB.
   */
  readonly maxQueuedBytes?: number | undefined;
}

/** A hub's backend with queues in a file, and topics in memory. */
export interface DurableBackend extends HubBackend, AsyncDisposable {
  readonly topics: Topics;
  readonly queues: Queues;
  /** Keeps what is under way and closes the file. Safe to call twice. */
  close(): Promise<void>;
}

const DEFAULT_MAX_QUEUED_BYTES = 64 * 1024 * 1024;

/**
 * Opens queues in a file, with the items that it holds, for a hub to serve.
 *
 * Nothing is answered before what it changed is synced to the disk; calls that
 * arrive together share a sync. After a restart every item is there: leased
 * ones can be taken again, with one delivery more. Throws when the file cannot
 * be opened. When it can no longer be written, calls under way reject with
 * `LOST`, and later ones with `CLOSED`.
 *
 * @example
 * ```ts
 * await using backend = durable({ path: "/var/lib/jobs" });
 * await using hub = await serveHub({ transport: zmq(), address: "tcp://127.0.0.1:7000", backend });
 * ```
 */
export function durable(options: DurableOptions): DurableBackend {
  const { maxQueuedBytes = DEFAULT_MAX_QUEUED_BYTES } = options;
  const store = "store" in options ? options.store : lmdbStore(options.path);
  const { life, items } = store.load();
  const stored = [...items].sort((one, other) => one.place.order - other.place.order);
  const journal = new StoreJournal(store, stored.at(-1)?.place.order ?? 0, () => queues.close());
  let lastId = 0;
  const nextId = (): string => {
    lastId += 1;
    return `${life}-${lastId}`;
  };
  const queues = new MemoryQueues({ maxMessageBytes: Number.POSITIVE_INFINITY, maxQueuedBytes, journal, nextId });
  queues.restore(stored.map(toJournaled));
  const topics = new Switchboard();
  let closing: Promise<void> | undefined;
  const closeAll = async (): Promise<void> => {
    topics.close();
    queues.close();
    // Whoever waits for what fails is told; here it only ends.
    await journal.kept().catch(() => undefined);
    await store.close();
  };
  const close = (): Promise<void> => {
    closing ??= closeAll();
    return closing;
  };
  return { topics, queues, close, [Symbol.asyncDispose]: close };
}

function toJournaled({ id, frames, deliveries, place }: StoredItem): JournaledItem {
  const { queue, priority, dedupKey, dueAt } = place;
  return { id, frames, deliveries, queue, priority, dedupKey, delayMs: Math.max(0, dueAt - Date.now()) };
}
