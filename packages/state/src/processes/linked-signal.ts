/**
 * Several signals as one.
 *
 * @module
 */

/** A signal that aborts with the first of others; disposing it takes it away from them. */
export interface LinkedSignal extends Disposable {
  readonly signal: AbortSignal;
}

/** Makes a signal of several. In Node 20 the platform's own way, `AbortSignal.any`, loses signals that only listeners hold. */
export function linkSignals(...sources: readonly (AbortSignal | undefined)[]): LinkedSignal {
  const controller = new AbortController();
  const listening = new AbortController();
  for (const source of sources) {
    if (source?.aborted) controller.abort(source.reason);
    source?.addEventListener("abort", () => controller.abort(source.reason), { signal: listening.signal });
  }
  return { signal: controller.signal, [Symbol.dispose]: () => listening.abort() };
}
