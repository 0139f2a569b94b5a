/**
 * The records of the store in a file, read back.
 *
 * `[namespace, "meta"]`, `[namespace, "value", key]` and `[namespace, "log", revision]`.
 *
 * @module
 */

import { deserialize } from "node:v8";
import type { Database } from "lmdb";
import type { Entry } from "./change-log.ts";
import type { StoredLease, StoredNamespace } from "./store.ts";

/** What is kept of a namespace beside values and log. */
export interface StoredMeta {
  readonly epoch: string;
  /** The revision of the values. */
  readonly revision: number;
  readonly leases: readonly StoredLease[];
}

/** Reads namespaces out of records. */
export class StoredReader {
  readonly #records: Database<Uint8Array, (string | number)[]>;

  constructor(records: Database<Uint8Array, (string | number)[]>) {
    this.#records = records;
  }

  /** Reads all namespaces. */
  readAll(): readonly StoredNamespace[] {
    const names = [...this.#records.getKeys()].filter(([, part]) => part === "meta").map(([name]) => String(name));
    return names.flatMap((name) => {
      const meta = this.readMeta(name);
      return meta ? [{ name, ...meta, values: this.#values(name), entries: this.#entries(name) }] : [];
    });
  }

  /** Reads what is kept of a namespace beside values and log. */
  readMeta(name: string): StoredMeta | undefined {
    const bytes = this.#records.get([name, "meta"]);
    // Only this store wrote it.
    return bytes && (deserialize(bytes) as StoredMeta);
  }

  #values(name: string): Map<string, unknown> {
    return new Map(this.#range(name, "value").map(([key, value]) => [String(key), value]));
  }

  #entries(name: string): readonly Entry[] {
    // Only this store wrote them.
    return this.#range(name, "log").map(([, entry]) => entry as Entry);
  }

  #range(name: string, part: string): (readonly [key: string | number, value: unknown])[] {
    const found: (readonly [string | number, unknown])[] = [];
    for (const { key, value } of this.#records.getRange({ start: [name, part] })) {
      const [owner, its, last] = key;
      if (owner !== name || its !== part) break;
      if (last !== undefined) found.push([last, deserialize(value)]);
    }
    return found;
  }
}
