/**
 * The records of the store in a file.
 *
 * `[namespace, "meta"]`, `[namespace, "value", key]` and `[namespace, "log", revision]`.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { deserialize, serialize } from "node:v8";
import type { Database } from "lmdb";
import type { Entry } from "./change-log.ts";
import type { StoredLease, StoredNamespace } from "./store.ts";

/** What is kept of a namespace beside values and log. */
export interface StoredMeta {
  readonly name: string;
  readonly epoch: string;
  /** The revision of the values. */
  readonly revision: number;
  readonly leases: readonly StoredLease[];
}

/** The records of a file, or of a part of it. */
export type Records = Database<Uint8Array, (string | number)[]>;

/** What LMDB takes as a part of a key as it is. It has 1,978 bytes for a whole one, and ends texts at a zero. */
const PLAIN = /^[\w.:/-]{1,200}$/;

/** Reads and writes the records of namespaces; writing only within a transaction. */
export class NamespaceRecords {
  readonly #records: Records;

  constructor(records: Records) {
    this.#records = records;
  }

  /** Reads all namespaces. */
  readAll(): readonly StoredNamespace[] {
    const keys = [...this.#records.getKeys()].filter(([, part]) => part === "meta");
    return keys.flatMap((key) => {
      const bytes = this.#records.get(key);
      // Only this store wrote it.
      return bytes ? [this.#read(deserialize(bytes) as StoredMeta)] : [];
    });
  }

  /** Reads what is kept of a namespace beside values and log. */
  readMeta(name: string): StoredMeta | undefined {
    const bytes = this.#records.get([partOf(name), "meta"]);
    // Only this store wrote it.
    return bytes && (deserialize(bytes) as StoredMeta);
  }

  putMeta(meta: StoredMeta): void {
    void this.#records.put([partOf(meta.name), "meta"], serialize(meta));
  }

  /** Keeps a value, with its key: that of the record may be another one. */
  putValue(name: string, key: string, value: unknown): void {
    void this.#records.put([partOf(name), "value", partOf(key)], serialize([key, value]));
  }

  removeValue(name: string, key: string): void {
    void this.#records.remove([partOf(name), "value", partOf(key)]);
  }

  putEntry(name: string, entry: Entry): void {
    void this.#records.put([partOf(name), "log", entry.revision], serialize(entry));
  }

  removeEntry(name: string, revision: number): void {
    void this.#records.remove([partOf(name), "log", revision]);
  }

  /** Removes everything of a namespace. */
  drop(name: string): void {
    const keys: (string | number)[][] = [];
    for (const key of this.#records.getKeys({ start: [partOf(name)] })) {
      if (key[0] !== partOf(name)) break;
      keys.push(key);
    }
    for (const key of keys) void this.#records.remove(key);
  }

  #read(meta: StoredMeta): StoredNamespace {
    // Only this store wrote them.
    const values = new Map(this.#range(meta.name, "value") as [string, unknown][]);
    return { ...meta, values, entries: this.#range(meta.name, "log") as Entry[] };
  }

  #range(name: string, part: string): unknown[] {
    const found: unknown[] = [];
    for (const { key, value } of this.#records.getRange({ start: [partOf(name), part] })) {
      if (key[0] !== partOf(name) || key[1] !== part) break;
      found.push(deserialize(value));
    }
    return found;
  }
}

/** Makes a part of a record's key out of a name: no two names share one. */
function partOf(name: string): string {
  return PLAIN.test(name) ? name : `#${createHash("sha256").update(name).digest("hex")}`;
}
