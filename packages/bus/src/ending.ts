/**
 * The end of something that many wait beside.
 *
 * @module
 */

/** An end that comes once. Unlike an AbortSignal it takes any number of listeners without a warning. */
export class Ending {
  readonly #control = new AbortController();
  readonly #listeners = new Set<() => void>();

  /** The same end, for those who take a signal. */
  get signal(): AbortSignal {
    return this.#control.signal;
  }

  get isOver(): boolean {
    return this.#control.signal.aborted;
  }

  get reason(): Error {
    return this.#control.signal.reason;
  }

  /** Calls a function at the end, or now when it is over, unless the returned function is called before. */
  add(listener: () => void): () => void {
    if (this.isOver) listener();
    else this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  end(reason: Error): void {
    this.#control.abort(reason);
    for (const listener of this.#listeners) listener();
    this.#listeners.clear();
  }
}
