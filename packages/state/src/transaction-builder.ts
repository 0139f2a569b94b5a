/**
 * Several writes as one, if some things hold.
 *
 * @module
 */

import type { Link } from "./link.ts";
import type { Lock } from "./lock.ts";
import { type Check, CheckKind, type Operation, OperationKind } from "./operation.ts";
import { type Path, readPath } from "./path.ts";
import type { SetOptions, WriteOptions } from "./state-options.ts";

/** A key, or the steps of a path. */
export type Place = string | Path;

/**
 * Writes that are applied together, or not at all.
 *
 * Nothing is sent before `commit`. Checks look at the state as it is before the
 * writes.
 */
export class StateTransaction {
  readonly #link: Link;
  readonly #operations: Operation[] = [];
  readonly #checks: Check[] = [];

  constructor(link: Link) {
    this.#link = link;
  }

  /** Requires that a value is there and deeply equal. */
  check(place: Place, value: unknown): this {
    return this.#check([CheckKind.EQUAL, pathOf(place), value]);
  }

  /** Requires that nothing is there. */
  checkAbsent(place: Place): this {
    return this.#check([CheckKind.ABSENT, pathOf(place)]);
  }

  /** Requires that something is there. */
  checkPresent(place: Place): this {
    return this.#check([CheckKind.PRESENT, pathOf(place)]);
  }

  /** Requires that a place's key, with all that is in it, is as it was at a revision. */
  checkUnchanged(place: Place, since: number): this {
    return this.#check([CheckKind.UNCHANGED, pathOf(place), since]);
  }

  /** Requires that the namespace is at a revision. */
  checkRevision(revision: number): this {
    return this.#check([CheckKind.REVISION, [], revision]);
  }

  /** Requires that a lock is still held: writes that come late are refused. */
  checkHeld(lock: Lock): this {
    return this.check(lock.path, lock.mark);
  }

  set(place: Place, value: unknown, { ttlMs, owned }: Pick<SetOptions, "ttlMs" | "owned"> = {}): this {
    return this.#add([OperationKind.SET, pathOf(place), value, ttlMs, owned]);
  }

  delete(place: Place): this {
    return this.#add([OperationKind.DELETE, pathOf(place)]);
  }

  increment(place: Place, by: number | bigint = 1): this {
    return this.#add([OperationKind.INCREMENT, pathOf(place), by]);
  }

  append(place: Place, ...values: readonly unknown[]): this {
    return this.#add([OperationKind.APPEND, pathOf(place), values]);
  }

  merge(fields: Readonly<Record<string, unknown>>): this {
    return this.#add([OperationKind.MERGE, [], fields]);
  }

  /** Applies it and resolves with the revision. Rejects with `CONFLICT` when a check fails, and as `State.set`. */
  commit(options?: WriteOptions): Promise<number> {
    return this.#link.commitChecked({ operations: this.#operations, checks: this.#checks }, options);
  }

  #check(check: Check): this {
    this.#checks.push(check);
    return this;
  }

  #add(operation: Operation): this {
    this.#operations.push(operation);
    return this;
  }
}

function pathOf(place: Place): Path {
  return readPath(typeof place === "string" ? [place] : place);
}
