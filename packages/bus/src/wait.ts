/**
 * Waits with an end.
 *
 * @module
 */

import type { Ending } from "./ending.ts";

/** The longest time that a timer takes: above it, it would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** How long something may take. */
export interface Patience {
  readonly signal?: AbortSignal | undefined;
  /** In ms; `undefined` and `Infinity` for no end. */
  readonly timeoutMs?: number | undefined;
}

/**
 * Runs something with a signal that aborts when the time is up or one of the
 * signals given does, with that one's reason.
 */
export async function within<Result>(
  { signal, timeoutMs = Number.POSITIVE_INFINITY }: Patience,
  closing: Ending,
  timeout: () => Error,
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const control = new AbortController();
  let timer = startTimer(timeoutMs, () => {
    // What has arrived by now still counts.
    timer = startTimer(0, () => control.abort(timeout()));
  });
  const unlink = [follow(signal, control), closing.add(() => control.abort(closing.reason))];
  try {
    return await run(control.signal);
  } finally {
    timer.stop();
    for (const stop of unlink) stop();
  }
}

/** A timer that can be stopped. */
export interface Timer {
  stop(): void;
}

/** Starts a timer; an infinite time starts none. */
export function startTimer(delayMs: number, ring: () => void): Timer {
  if (delayMs === Number.POSITIVE_INFINITY) return { stop: () => undefined };
  const timer = setTimeout(ring, Math.min(Math.max(delayMs, 0), LONGEST_TIMER_MS));
  return { stop: () => clearTimeout(timer) };
}

/** Aborts a controller when a signal does, until the returned function is called. */
export function follow(source: AbortSignal | undefined, control: AbortController): () => void {
  if (!source) return () => undefined;
  const abort = (): void => control.abort(source.reason);
  if (source.aborted) abort();
  else source.addEventListener("abort", abort, { once: true });
  return () => source.removeEventListener("abort", abort);
}

/** Waits for something that goes on without whoever waits. Rejects with the signal's reason. */
export function abortable<Result>(promise: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/** Waits for something, but no longer than so many ms. Never rejects: whoever is patient looks for itself what has come. */
export async function patiently(promise: Promise<unknown>, patienceMs: number): Promise<void> {
  let giveUp: () => void = () => undefined;
  const end = new Promise<void>((resolve) => {
    giveUp = resolve;
  });
  const timer = startTimer(patienceMs, giveUp);
  await Promise.race([promise.catch(() => undefined), end]);
  timer.stop();
}
