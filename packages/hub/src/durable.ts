/**
 * Queues and logs that survive the end of their hub: `@fourwire/hub/durable`, for Node,
 * with the package `lmdb` installed beside it.
 *
 * @module
 */

import type { JournaledItem, Logs, Queues, Topics } from "@fourwire/transport";
import { MemoryLogs, MemoryQueues } from "@fourwire/transport";
import type { ItemStore, StoredItem } from "./item-store.ts";
import { lmdbStore } from "./lmdb-store.ts";
import type { HubBackend } from "./serve-hub.ts";
import { StoreJournal } from "./store-journal.ts";
import { Switchboard } from "./switchboard.ts";

export type { ItemStore, StoreContent, StoredItem, StoredPlace, StoreWrite } from "./item-store.ts";
export { lmdbStore } from "./lmdb-store.ts";

/** Where items and entries are kept: in a file, or in a store of another kind. */
export type DurableOptions = DurableLimits &
  (
    | {
        /** The file, or the folder, which comes into being. One hub uses it at a time. */
        readonly path: string;
      }
    | {
        /** What keeps them. It closes with the backend. */
        readonly store: ItemStore;
      }
  );

/** Limits of durable queues and logs. */
export interface DurableLimits {
  /**
   * The bytes that one queue holds, in memory as in the file; `put` rejects with
   * `TOO_LARGE` beyond it. Default 64 MiB.
   */
  readonly maxQueuedBytes?: number | undefined;
  /** The bytes that one log holds, in memory as in the file; the oldest entries make room. Default 64 MiB. */
  readonly maxLogBytes?: number | undefined;
}

/** A hub's backend with queues and logs in a file, and topics in memory. */
export interface DurableBackend extends HubBackend, AsyncDisposable {
  readonly topics: Topics;
  readonly queues: Queues;
  readonly logs: Logs;
  /** Keeps what is under way and closes the file. Safe to call twice. */
  close(): Promise<void>;
}

const DEFAULT_MAX_QUEUED_BYTES = 64 * 1024 * 1024;
const DEFAULT_MAX_LOG_BYTES = 64 * 1024 * 1024;

/**
 * Opens queues and logs in a file, with what it holds of them, for a hub to serve.
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
  const { maxQueuedBytes = DEFAULT_MAX_QUEUED_BYTES, maxLogBytes = DEFAULT_MAX_LOG_BYTES } = options;
  const store = "store" in options ? options.store : lmdbStore(options.path);
  const { life, items, logs: keptLogs, entries } = store.load();
  const stored = [...items].sort((one, other) => one.place.order - other.place.order);
  const journal = new StoreJournal(store, stored.at(-1)?.place.order ?? 0, () => {
    queues.close();
    logs.close();
  });
  let lastId = 0;
  const nextId = (): string => {
    lastId += 1;
    return `${life}-${lastId}`;
  };
  const queues = new MemoryQueues({ maxMessageBytes: Number.POSITIVE_INFINITY, maxQueuedBytes, journal, nextId });
  queues.restore(stored.map(toJournaled));
  const logs = new MemoryLogs({ maxMessageBytes: Number.POSITIVE_INFINITY, maxLogBytes, journal });
  logs.restore(keptLogs, entries);
  const topics = new Switchboard();
  let closing: Promise<void> | undefined;
  const closeAll = async (): Promise<void> => {
    topics.close();
    queues.close();
    logs.close();
    // Whoever waits for what fails is told; here it only ends.
    await journal.kept().catch(() => undefined);
    await store.close();
  };
  const close = (): Promise<void> => {
    closing ??= closeAll();
    return closing;
  };
  return { topics, queues, logs, close, [Symbol.asyncDispose]: close };
}

function toJournaled({ id, frames, deliveries, place }: StoredItem): JournaledItem {
  const { dueAt, order: _, ...rest } = place;
  return { dedupKey: undefined, ...rest, id, frames, deliveries, delayMs: Math.max(0, dueAt - Date.now()) };
}
