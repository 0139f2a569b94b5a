/**
 * How often something may happen.
 *
 * @module
 */

/** Lets something happen so many times in each span of time. */
export class RateLimit {
  readonly #count: number;
  readonly #windowMs: number;
  #since = 0;
  #taken = 0;

  constructor(count: number, windowMs: number) {
    this.#count = count;
    this.#windowMs = windowMs;
  }

  /** Says whether it may happen once more now. */
  take(): boolean {
    const now = performance.now();
    if (now - this.#since > this.#windowMs) {
      this.#since = now;
      this.#taken = 0;
    }
    this.#taken += 1;
    return this.#taken <= this.#count;
  }
}
