/**
 * What an authority hands to its store: one batch after the other, and what
 * comes meanwhile as one.
 *
 * @module
 */

import { toError } from "@fourwire/session";
import { StateError } from "./errors.ts";
import type { Store, StoreWrite } from "./store.ts";

/** The way of all namespaces of one authority to its store. */
export class Keeper {
  readonly #store: Store | undefined;
  readonly #fence: number;
  #next: StoreWrite[] = [];
  #nextKept: Promise<void> | undefined;
  /** Settles when what is being kept is kept. */
  #running: Promise<void> | undefined;
  #failure: StateError | undefined;

  constructor(store: Store | undefined, fence: number) {
    this.#store = store;
    this.#fence = fence;
  }

  /** Whether changes are kept at all, so that there is a time before they are. */
  get persistent(): boolean {
    return this.#store !== undefined;
  }

  /** Whether clients go on with another authority when this one is none any more. */
  get handsOver(): boolean {
    return this.#store?.lost !== undefined;
  }

  /** Why nothing can be kept any more. */
  get failure(): StateError | undefined {
    if (this.#store?.isHeld?.() === false) this.#failure ??= notAuthority();
    return this.#failure;
  }

  /** Keeps something; returns nothing when it is kept already. The promise rejects with `STORE_FAILED` or `NOT_AUTHORITY`. */
  keep(write: StoreWrite): Promise<void> | undefined {
    if (!this.#store) return undefined;
    const { failure } = this;
    if (failure) throw failure;
    const running = this.#running;
    if (!running && this.#next.length === 0) return this.#commit([write]);
    this.#next.push(write);
    this.#nextKept ??= (running ?? Promise.resolve()).then(() => this.#commitNext());
    return this.#nextKept;
  }

  /** Resolves when everything that was handed over is kept, or cannot be. */
  async idle(): Promise<void> {
    while (this.#running) await (this.#nextKept ?? this.#running).catch(() => undefined);
  }

  async #commitNext(): Promise<void> {
    const writes = this.#next;
    this.#next = [];
    this.#nextKept = undefined;
    await this.#commit(writes);
  }

  #commit(writes: readonly StoreWrite[]): Promise<void> | undefined {
    try {
      const kept = this.#store?.commit(writes, this.#fence);
      if (!kept) return undefined;
      const running = kept.catch((error: unknown) => this.#fail(error)).finally(() => this.#finish(running));
      this.#running = running;
      running.catch(() => undefined);
      return running;
    } catch (error) {
      return this.#fail(error);
    }
  }

  #finish(running: Promise<void>): void {
    if (this.#running === running) this.#running = undefined;
  }

  #fail(error: unknown): never {
    const told =
      error instanceof StateError
        ? error
        : new StateError("STORE_FAILED", `The store failed: ${toError(error).message}`, { cause: error });
    // What may have been kept is so for what was under way only.
    this.#failure ??= told.code === "OUTCOME_UNKNOWN" ? notAuthority() : told;
    throw told;
  }
}

function notAuthority(): StateError {
  return new StateError("NOT_AUTHORITY", "Another authority may have taken over the store");
}
