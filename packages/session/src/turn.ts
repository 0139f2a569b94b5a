/**
 * Turns of the event loop, on Node and in browsers.
 *
 * @module
 */

/**
 * Runs something at the end of this turn, after the promises that are ready:
 * what they send leaves together.
 */
export const atEndOfTurn: (run: () => void) => void =
  typeof process === "object" && typeof process.nextTick === "function"
    ? // The microtask first: a tick asked for outside of one would come before the promises.
      (run) => queueMicrotask(() => process.nextTick(run))
    : (run) => queueMicrotask(() => queueMicrotask(run));

/**
 * Runs something after the event loop had the chance to read what has arrived.
 *
 * A timer that fires late after a blocked loop runs before the sockets are read;
 * a verdict reached there would be false.
 */
export const graceTurn: (run: () => void) => void =
  typeof setImmediate === "function" ? (run) => void setImmediate(run) : (run) => void setTimeout(run, 0);
