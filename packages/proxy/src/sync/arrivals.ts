/**
 * What the server asks of this thread, until it is this thread's turn.
 *
 * @module
 */

/** A call that waits for its answer, or, without a number, a notification. */
export interface Arrival {
  readonly id: number | undefined;
  readonly target: unknown;
  readonly args: readonly unknown[];
  readonly bytes: number;
}

/**
 * What arrived and did not run yet, in order. A thread that waits runs the calls
 * only; the notifications stay for the event loop, up to so many bytes.
 */
export class Arrivals {
  readonly #maxBytes: number;
  readonly #waiting: Arrival[] = [];
  #calls = 0;
  #bytes = 0;
  #dropped = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Adds what arrived. A notification beyond the bound is dropped, and counted. */
  add(arrival: Arrival): void {
    if (arrival.id === undefined && this.#bytes + arrival.bytes > this.#maxBytes) {
      this.#dropped += 1;
      return;
    }
    if (arrival.id !== undefined) this.#calls += 1;
    this.#bytes += arrival.bytes;
    this.#waiting.push(arrival);
  }

  /** Takes the first call, past the notifications before it. */
  takeCall(): Arrival | undefined {
    if (this.#calls === 0) return undefined;
    return this.#take(this.#waiting.findIndex(({ id }) => id !== undefined));
  }

  /** Takes the first of all. */
  take(): Arrival | undefined {
    return this.#take(0);
  }

  /** Forgets everything. */
  clear(): void {
    this.#waiting.length = 0;
    this.#calls = 0;
    this.#bytes = 0;
  }

  /** Returns how many were dropped since the last time. */
  takeDropped(): number {
    const dropped = this.#dropped;
    this.#dropped = 0;
    return dropped;
  }

  #take(index: number): Arrival | undefined {
    const [taken] = index === 0 ? [this.#waiting.shift()] : this.#waiting.splice(index, 1);
    if (!taken) return undefined;
    if (taken.id !== undefined) this.#calls -= 1;
    this.#bytes -= taken.bytes;
    return taken;
  }
}
