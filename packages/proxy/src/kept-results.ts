/**
 * Results that stay here, for the calls on them that are already on their way.
 *
 * @module
 */

import { SessionError } from "@fourwire/session";
import { ProxyError } from "./errors.ts";

/** The results that one far end had kept here, by the numbers of their calls. */
export class KeptResults {
  readonly #results = new Map<number, unknown>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  /** The number of results kept. */
  get size(): number {
    return this.#results.size;
  }

  /** Keeps a result, or a promise of it. Throws `LIMIT_EXCEEDED`. */
  keep(id: number, result: unknown): void {
    if (this.#results.size >= this.#max) {
      throw new SessionError("LIMIT_EXCEEDED", `The far end keeps more than ${this.#max} results (maxReferences)`);
    }
    this.#results.set(id, result);
  }

  /** Lets go of a result. */
  drop(id: number): void {
    this.#results.delete(id);
  }

  /** Lets go of all: the far end is gone. */
  clear(): void {
    this.#results.clear();
  }

  /** Finds a result, or the promise of it. Throws `NOT_KEPT`. */
  get(id: number): unknown {
    if (!this.#results.has(id)) throw new ProxyError("NOT_KEPT", `The result of call ${id} is not kept here`);
    return this.#results.get(id);
  }
}
