/**
 * Waiting with an end.
 *
 * @module
 */

import { StateError } from "./errors.ts";
import type { WaitForOptions } from "./state-options.ts";

/** The longest time that a timer takes. */
const LONGEST_MS = 2 ** 31 - 1;

/** Runs something that waits, with a signal that aborts at the deadline, and when the caller's does. */
export async function waitFor<Result>(
  { signal, timeoutMs }: WaitForOptions,
  what: string,
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  if (timeoutMs !== undefined && !(timeoutMs > 0)) {
    throw new TypeError(`timeoutMs is ${timeoutMs}; expected a number of milliseconds above 0`);
  }
  signal?.throwIfAborted();
  const over = new AbortController();
  const abort = (): void => over.abort(signal?.reason);
  signal?.addEventListener("abort", abort, { once: true });
  const timer = startTimer(timeoutMs, () =>
    over.abort(new StateError("TIMEOUT", `${what} did not come in ${timeoutMs} ms`)),
  );
  try {
    return await run(over.signal);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

function startTimer(timeoutMs: number | undefined, expire: () => void): ReturnType<typeof setTimeout> | undefined {
  if (timeoutMs === undefined || timeoutMs > LONGEST_MS) return undefined;
  return setTimeout(expire, timeoutMs);
}
