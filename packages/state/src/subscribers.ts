/**
 * Those who are told of changes, found by the keys that they ask for.
 *
 * @module
 */

import type { LoggedEntry } from "./change-log.ts";
import { StateError } from "./errors.ts";

/** Somebody who is told of changes. None of the functions may throw. */
export interface Subscriber {
  /** The keys asked for; absent for all. */
  readonly keys: ReadonlySet<string> | undefined;
  /** Called with each change that touches one of the keys, once. */
  tell(entry: LoggedEntry): void;
  /** Called now and then when the log has dropped old changes. */
  trimmed(): void;
  /** Called when there will be no more changes. */
  ended(error: Error): void;
}

/** The subscribers of one namespace. A change costs as much as there are who asked for its keys. */
export class Subscribers {
  readonly #all = new Set<Subscriber>();
  readonly #unfiltered = new Set<Subscriber>();
  readonly #byKey = new Map<string, Set<Subscriber>>();
  readonly #max: number;

  /** Takes the most who may be told at once. */
  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#all.size;
  }

  /** Adds a subscriber and returns what removes it. Throws `LIMIT_EXCEEDED`. */
  add(subscriber: Subscriber): () => void {
    if (this.#all.size >= this.#max) {
      throw new StateError("LIMIT_EXCEEDED", `${this.#max} wait for this namespace already (maxWatchers)`);
    }
    this.#all.add(subscriber);
    if (!subscriber.keys) this.#unfiltered.add(subscriber);
    for (const key of subscriber.keys ?? []) {
      const there = this.#byKey.get(key) ?? new Set();
      this.#byKey.set(key, there.add(subscriber));
    }
    return () => this.#remove(subscriber);
  }

  /** Tells those who asked for it of a change, and says whether there was anybody. */
  tell(entry: LoggedEntry): boolean {
    if (this.#all.size === 0) return false;
    const told = new Set(this.#unfiltered);
    for (const [, [key]] of entry.effects) {
      for (const subscriber of this.#byKey.get(key) ?? []) told.add(subscriber);
    }
    for (const subscriber of told) subscriber.tell(entry);
    return told.size > 0;
  }

  trimmed(): void {
    for (const subscriber of [...this.#all]) subscriber.trimmed();
  }

  end(error: Error): void {
    for (const subscriber of [...this.#all]) subscriber.ended(error);
  }

  #remove(subscriber: Subscriber): void {
    this.#all.delete(subscriber);
    this.#unfiltered.delete(subscriber);
    for (const key of subscriber.keys ?? []) {
      const there = this.#byKey.get(key);
      there?.delete(subscriber);
      if (there?.size === 0) this.#byKey.delete(key);
    }
  }
}
