/**
 * Waiting for a promise until a signal aborts.
 *
 * @module
 */

/** Settles as a promise does, or rejects with the signal's reason if that comes first. */
export function settlesBefore<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
