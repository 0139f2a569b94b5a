/**
 * Stored namespaces in memory, and what commits do to them.
 *
 * @module
 */

import type { Entry } from "./change-log.ts";
import type { StoredLease, StoredNamespace, StoreWrite } from "./store.ts";

interface Kept {
  readonly epoch: string;
  revision: number;
  readonly values: Map<string, unknown>;
  leases: readonly StoredLease[];
  entries: Entry[];
}

/** The namespaces that a store holds. */
export class StoredState {
  readonly #kept = new Map<string, Kept>();

  /** Lists the namespaces as they are now. */
  namespaces(): readonly StoredNamespace[] {
    return [...this.#kept].map(([name, { epoch, revision, values, leases, entries }]) => ({
      name,
      epoch,
      revision,
      values: new Map(values),
      leases,
      entries: [...entries],
    }));
  }

  apply(write: StoreWrite): void {
    if (write.kind === "create") this.#create(write.namespace);
    else if (write.kind === "drop") this.#kept.delete(write.name);
    else this.#change(write);
  }

  #create({ name, values, entries, ...rest }: StoredNamespace): void {
    this.#kept.set(name, { ...rest, values: new Map(values), entries: [...entries] });
  }

  #change(write: Extract<StoreWrite, { readonly name: string }>): void {
    const kept = this.#kept.get(write.name);
    if (!kept) return;
    if (write.kind === "append") kept.entries.push(write.entry);
    if (write.kind !== "compact") return;
    for (const [key, value] of write.values) kept.values.set(key, value);
    for (const key of write.removed) kept.values.delete(key);
    kept.revision = write.revision;
    kept.leases = write.leases;
    kept.entries = kept.entries.filter(({ revision }) => revision > write.revision);
  }
}
