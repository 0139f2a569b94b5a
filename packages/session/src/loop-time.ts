/**
 * How busy this end's event loop was, on Node and in browsers.
 *
 * @module
 */

/** Less than this is usual for an event loop, in ms. */
const NOTABLE_MS = 100;

/** Reads the time that this thread's event loop has spent waiting for something to do, in ms; `NaN` where the platform does not tell. */
export const idleMs: () => number =
  typeof performance.eventLoopUtilization === "function"
    ? () => performance.eventLoopUtilization().idle
    : () => Number.NaN;

/**
 * Says how long the event loop did other things, for the message of a deadline
 * that passed; nothing when that was too short to matter.
 *
 * An answer that nobody had the time to ask for, or to read, is not the far end's fault.
 */
export function describeBusy(waitedMs: number, idleBeforeMs: number): string {
  const busyMs = waitedMs - (idleMs() - idleBeforeMs);
  if (!(busyMs >= NOTABLE_MS)) return "";
  return ` (this end's event loop was busy for ${Math.round(busyMs)} of ${Math.round(waitedMs)} ms)`;
}
