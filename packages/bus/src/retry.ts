/**
 * How often a job is tried, and how long it waits in between.
 *
 * @module
 */

/** How a job that failed is tried again. */
export interface RetryPolicy {
  /** The most deliveries, the first included; then the item becomes a dead letter. Default 5. */
  readonly attempts?: number | undefined;
  /**
   * The wait before the next try, in ms: one for all, one for each with the last
   * repeated, or a function of the number of tries so far. Default: 1,000,
   * doubled from try to try up to 60,000.
   */
  readonly delayMs?: number | readonly number[] | ((attempt: number) => number) | undefined;
}

const DEFAULT_ATTEMPTS = 5;
const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 60_000;

/** A policy with nothing left open. */
export interface Retries {
  readonly attempts: number;
  delayMs(attempt: number): number;
}

/** Completes a policy. Throws a `TypeError` for what makes no sense. */
export function completeRetries({ attempts = DEFAULT_ATTEMPTS, delayMs }: RetryPolicy = {}): Retries {
  if (!(attempts >= 1)) throw new TypeError(`retry.attempts is ${String(attempts)}; expected a number, 1 or more`);
  const delayOf = readDelay(delayMs);
  return {
    attempts,
    delayMs(attempt) {
      const ms = delayOf(attempt);
      if (ms >= 0 && ms < Number.POSITIVE_INFINITY) return ms;
      throw new TypeError(`retry.delayMs is ${String(ms)} for try ${attempt}; expected a number of milliseconds`);
    },
  };
}

function readDelay(delayMs: RetryPolicy["delayMs"]): (attempt: number) => number {
  if (delayMs === undefined) return (attempt) => Math.min(FIRST_DELAY_MS * 2 ** (attempt - 1), LONGEST_DELAY_MS);
  if (typeof delayMs === "number") return () => delayMs;
  if (typeof delayMs === "function") return delayMs;
  return (attempt) => delayMs[Math.min(attempt, delayMs.length) - 1] ?? 0;
}
