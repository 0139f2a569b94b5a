/**
 * The end of something that others wait beside.
 *
 * @module
 */

/**
 * An end that comes once. Unlike an AbortSignal it takes any number of listeners
 * without a warning, and costs next to nothing until somebody listens.
 */
export class Ending {
  #control: AbortController | undefined;
  #listeners: Set<() => void> | undefined;
  #reason: Error | undefined;

  /** The same end, for those who take a signal. */
  get signal(): AbortSignal {
    this.#control ??= new AbortController();
    if (this.#reason) this.#control.abort(this.#reason);
    return this.#control.signal;
  }

  get isOver(): boolean {
    return this.#reason !== undefined;
  }

  /** Why it is over; nothing before. */
  get reason(): Error | undefined {
    return this.#reason;
  }

  /** Throws the reason when it is over. */
  throwIfOver(): void {
    if (this.#reason) throw this.#reason;
  }

  /** Calls a function at the end, or now when it is over, unless the returned function is called before. */
  add(listener: () => void): () => void {
    if (this.isOver) {
      listener();
      return () => undefined;
    }
    this.#listeners ??= new Set();
    this.#listeners.add(listener);
    return () => void this.#listeners?.delete(listener);
  }

  /** Ends it; the first reason counts. */
  end(reason: Error): void {
    if (this.#reason) return;
    this.#reason = reason;
    this.#control?.abort(reason);
    for (const listener of this.#listeners ?? []) listener();
    this.#listeners = undefined;
  }
}
