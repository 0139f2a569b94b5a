/**
 * A store in a file, for Node: LMDB, which survives the end of its process at
 * any moment.
 *
 * @module
 */

import { deserialize, serialize } from "node:v8";
import { open, type RootDatabase } from "lmdb";
import { StateError } from "./errors.ts";
import { NamespaceRecords, type Records } from "./lmdb-records.ts";
import type { Store, StoreWrite } from "./store.ts";

/** How the store in a file works. */
export interface LmdbStoreOptions {
  /** The file, or the folder, which comes into being. */
  readonly path: string;
  /**
   * When a commit counts as kept: once the disk has it, by `disk` (the default), or once the operating system has it, by
   * `system`. The end of the process loses nothing either way; a power cut may lose what `system` acknowledged last.
   */
  readonly sync?: "disk" | "system" | undefined;
}

/** The place of the fence: no namespace has an empty name among the records. */
const FENCE_KEY = ["", "fence"];

/**
 * Opens a store in a file.
 *
 * One authority uses it at a time: the one that opens it last fences off the
 * others, also those of other processes on this machine. Throws a `TypeError`
 * for a `sync` that there is none of, and what LMDB says of the path.
 */
export function lmdbStore({ path, sync = "disk" }: LmdbStoreOptions): Store {
  if (sync !== "disk" && sync !== "system")
    throw new TypeError(`sync is "${String(sync)}"; expected "disk" or "system"`);
  const root: RootDatabase<Uint8Array, (string | number)[]> = open({ path, encoding: "binary" });
  const kept = new NamespaceRecords(root);
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= root.close();
    return closing;
  };
  return {
    async load() {
      const fence = await root.transaction(() => {
        const next = readFence(root) + 1;
        void root.put(FENCE_KEY, serialize(next));
        return next;
      });
      await root.flushed;
      return { fence, namespaces: kept.readAll() };
    },
    async commit(writes, fence) {
      await root.transaction(() => {
        if (readFence(root) !== fence)
          throw new StateError("NOT_AUTHORITY", "Another authority has taken over the store");
        for (const write of writes) apply(kept, write);
      });
      if (sync === "disk") await root.flushed;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function readFence(records: Records): number {
  const bytes = records.get(FENCE_KEY);
  return bytes ? Number(deserialize(bytes)) : 0;
}

/** Writes within a transaction are there at once; what their promises say is what the transaction's says. */
function apply(kept: NamespaceRecords, write: StoreWrite): void {
  switch (write.kind) {
    case "append":
      kept.putEntry(write.name, write.entry);
      return;
    case "compact":
      compact(kept, write);
      return;
    case "drop":
      kept.drop(write.name);
      return;
    default:
      create(kept, write);
  }
}

function create(kept: NamespaceRecords, { namespace }: Extract<StoreWrite, { kind: "create" }>): void {
  const { name, epoch, revision, leases, values, entries } = namespace;
  kept.putMeta({ name, epoch, revision, leases });
  for (const [key, value] of values) kept.putValue(name, key, value);
  for (const entry of entries) kept.putEntry(name, entry);
}

function compact(kept: NamespaceRecords, write: Extract<StoreWrite, { kind: "compact" }>): void {
  const { name, revision, leases, values, removed } = write;
  const meta = kept.readMeta(name);
  if (!meta) return;
  kept.putMeta({ name, epoch: meta.epoch, revision, leases });
  for (const [key, value] of values) kept.putValue(name, key, value);
  for (const key of removed) kept.removeValue(name, key);
  for (let gone = meta.revision + 1; gone <= revision; gone += 1) kept.removeEntry(name, gone);
}
