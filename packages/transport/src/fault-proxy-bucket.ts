/**
 * The rate of one direction of a proxied connection.
 *
 * @module
 */

/** The bucket holds what flows in this time, which evens out timers that ring late. */
const BURST_MS = 50;

/** A token bucket, empty at first: a token is a byte that may pass. */
export class TokenBucket {
  #tokens = 0;
  #filledAt: number = performance.now();

  /** Takes as many tokens as there are, up to those wanted. */
  take(wanted: number, bytesPerSecond: number): number {
    if (bytesPerSecond === Number.POSITIVE_INFINITY) return wanted;
    this.#fill(bytesPerSecond);
    const taken = Math.min(wanted, Math.floor(this.#tokens));
    this.#tokens -= taken;
    return taken;
  }

  /** Says how long it takes until the bucket is half full, so that bytes leave in few pieces. */
  waitMs(bytesPerSecond: number): number {
    const missing = Math.max(1, burstOf(bytesPerSecond) / 2) - this.#tokens;
    return Math.max(0, (missing / bytesPerSecond) * 1000);
  }

  #fill(bytesPerSecond: number): void {
    const now = performance.now();
    const filled = this.#tokens + ((now - this.#filledAt) / 1000) * bytesPerSecond;
    this.#tokens = Math.min(burstOf(bytesPerSecond), filled);
    this.#filledAt = now;
  }
}

function burstOf(bytesPerSecond: number): number {
  return Math.max(2, (bytesPerSecond * BURST_MS) / 1000);
}
