/**
 * Round trips that somebody measures.
 *
 * @module
 */

interface Waiting {
  resolve(): void;
  reject(reason: unknown): void;
}

/** The round trips of one session that have not come back. */
export class Pings {
  readonly #waiting = new Map<number, Waiting>();
  /** 0 is the heartbeat's, for which nobody waits. */
  #last = 0;

  /** Sends a ping with a fresh number and waits for its answer. Resolves with the time in ms; rejects with the signal's reason. */
  async measure(send: (number: number) => void, signal: AbortSignal | undefined): Promise<number> {
    this.#last += 1;
    const number = this.#last;
    const over = new AbortController();
    const answered = new Promise<void>((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject });
      signal?.addEventListener("abort", () => reject(signal.reason), { signal: over.signal });
    });
    const start = performance.now();
    try {
      send(number);
      await answered;
      return performance.now() - start;
    } finally {
      this.#waiting.delete(number);
      over.abort();
    }
  }

  /** Sends again what a lost channel may have swallowed. */
  repeat(send: (number: number) => void): void {
    for (const number of this.#waiting.keys()) send(number);
  }

  /** Notes an answer; one that nobody waits for means nothing. */
  answered(number: number): void {
    this.#waiting.get(number)?.resolve();
  }

  /** Rejects all that wait. */
  fail(reason: unknown): void {
    for (const { reject } of this.#waiting.values()) reject(reason);
  }
}
