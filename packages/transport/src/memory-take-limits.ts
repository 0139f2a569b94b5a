/**
 * How many items of a memory queue may be taken, and how fast.
 *
 * @module
 */

import { MAX_RATE_COUNT } from "./queue-options.ts";
import type { TakeOptions } from "./queues.ts";

/** What a taker allows. */
export type TakeLimits = Pick<TakeOptions, "concurrency" | "rateLimit">;

/** Remembers when items were taken, by those who give a rate. */
export class TakeTimes {
  #times: number[] = [];

  note({ rateLimit }: TakeLimits): void {
    if (!rateLimit) return;
    this.#times.push(performance.now());
    if (this.#times.length > 2 * MAX_RATE_COUNT) this.#times = this.#times.slice(-MAX_RATE_COUNT);
  }

  /** Says how long a taker has to wait, in ms: 0 for not at all. */
  waitMs({ rateLimit }: TakeLimits): number {
    if (!rateLimit) return 0;
    const time = this.#times.at(-rateLimit.count);
    return time === undefined ? 0 : Math.max(0, time + rateLimit.perMs - performance.now());
  }
}
