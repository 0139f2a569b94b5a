/**
 * A store in a file, for Node: LMDB, which survives the end of its process at
 * any moment.
 *
 * @module
 */

import { deserialize, serialize } from "node:v8";
import { type Database, open, type RootDatabase } from "lmdb";
import { StateError } from "./errors.ts";
import { type StoredMeta, StoredReader } from "./lmdb-records.ts";
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

/** The place of the fence: no namespace has an empty name. */
const FENCE_KEY = ["", "fence"];

type Records = Database<Uint8Array, (string | number)[]>;

/**
 * Opens a store in a file.
 *
 * One authority uses it at a time: the one that opens it last fences off the
 * others, also those of other processes on this machine.
 */
export function lmdbStore({ path, sync = "disk" }: LmdbStoreOptions): Store {
  const root: RootDatabase<Uint8Array, (string | number)[]> = open({ path, encoding: "binary" });
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
      return { fence, namespaces: new StoredReader(root).readAll() };
    },
    async commit(writes, fence) {
      const records = writes.map((write) => () => apply(root, write));
      await root.transaction(() => {
        if (readFence(root) !== fence)
          throw new StateError("NOT_AUTHORITY", "Another authority has taken over the store");
        for (const write of records) write();
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
function apply(records: Records, write: StoreWrite): void {
  switch (write.kind) {
    case "append":
      void records.put([write.name, "log", write.entry.revision], serialize(write.entry));
      return;
    case "compact":
      compact(records, write);
      return;
    case "drop":
      drop(records, write.name);
      return;
    default:
      create(records, write);
  }
}

function create(records: Records, { namespace }: Extract<StoreWrite, { kind: "create" }>): void {
  const { name, epoch, revision, leases, values, entries } = namespace;
  putMeta(records, name, { epoch, revision, leases });
  for (const [key, value] of values) void records.put([name, "value", key], serialize(value));
  for (const entry of entries) void records.put([name, "log", entry.revision], serialize(entry));
}

function compact(records: Records, write: Extract<StoreWrite, { kind: "compact" }>): void {
  const { name, revision, leases, values, removed } = write;
  const meta = new StoredReader(records).readMeta(name);
  if (!meta) return;
  putMeta(records, name, { epoch: meta.epoch, revision, leases });
  for (const [key, value] of values) void records.put([name, "value", key], serialize(value));
  for (const key of removed) void records.remove([name, "value", key]);
  for (let gone = meta.revision + 1; gone <= revision; gone += 1) void records.remove([name, "log", gone]);
}

function drop(records: Records, name: string): void {
  const keys = [...records.getKeys({ start: [name] })];
  for (const key of keys) if (key[0] === name) void records.remove(key);
}

function putMeta(records: Records, name: string, meta: StoredMeta): void {
  void records.put([name, "meta"], serialize(meta));
}
