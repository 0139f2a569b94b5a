/**
 * Where an authority keeps its namespaces beyond its own life.
 *
 * @module
 */

import type { Entry } from "./change-log.ts";
import type { Ancestor } from "./epoch.ts";
import type { StateError } from "./errors.ts";

/** A value with what keeps it from staying: when it expires, and whose it is. */
export interface StoredLease {
  readonly path: readonly (string | number)[];
  readonly expiresAt: number | undefined;
  readonly owner: string | undefined;
}

/** A namespace as a store gives it back: its values at a revision, and every change since. */
export interface StoredNamespace {
  readonly name: string;
  readonly epoch: string;
  /** The histories that this one goes on from, the oldest first. Default: none. */
  readonly ancestors?: readonly Ancestor[] | undefined;
  /** The revision of `values`. */
  readonly revision: number;
  readonly values: ReadonlyMap<string, unknown>;
  readonly leases: readonly StoredLease[];
  /** The changes after `revision`, without a gap. */
  readonly entries: readonly Entry[];
}

/** One thing to be kept. */
export type StoreWrite =
  | { readonly kind: "create"; readonly namespace: StoredNamespace }
  | { readonly kind: "append"; readonly name: string; readonly entry: Entry }
  | {
      /** The changes up to a revision are not needed any more; the keys that they touched have these values there. */
      readonly kind: "compact";
      readonly name: string;
      readonly revision: number;
      readonly values: ReadonlyMap<string, unknown>;
      readonly removed: readonly string[];
      readonly leases: readonly StoredLease[];
    }
  | { readonly kind: "drop"; readonly name: string };

/** What a store held when an authority began to use it. */
export interface Loaded {
  /** A number larger than every earlier authority's. Commits with a smaller one are refused. */
  readonly fence: number;
  readonly namespaces: readonly StoredNamespace[];
}

/**
 * Keeps what authorities commit.
 *
 * One authority writes at a time: whoever loads last fences off the others.
 */
export interface Store extends AsyncDisposable {
  /** Takes over and reads everything. A store that waits for the authority before rejects with the signal's reason. */
  load(options?: { readonly signal?: AbortSignal | undefined }): Promise<Loaded>;
  /**
   * Keeps a batch, all of it or nothing, and resolves when it is as safe as the
   * store promises: nothing is acknowledged before. A store that needs no time
   * returns nothing. Batches come one after the other.
   *
   * Fails with `NOT_AUTHORITY` when another authority has taken over, and with `OUTCOME_UNKNOWN` when that may have
   * happened before or after.
   */
  commit(writes: readonly StoreWrite[], fence: number): Promise<void> | undefined;
  /** Says whether no other authority can have taken over: asked before each answer. Default: it shows when something is kept. */
  isHeld?(): boolean;
  /** Settles when another authority may have taken over, where that is known by itself. */
  readonly lost?: Promise<StateError> | undefined;
  /** Lets go of what the store holds open. Safe to call twice. */
  close(): Promise<void>;
}
