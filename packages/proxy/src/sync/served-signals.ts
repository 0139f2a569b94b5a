/**
 * The signals among the arguments of the server's calls.
 *
 * @module
 */

/** Signals by call and index, as long as the call has no answer. */
export class ServedSignals {
  readonly #controllers = new Map<unknown, Map<unknown, AbortController>>();

  /** Finds or makes a signal. */
  open(call: number, index: number, aborted: boolean): AbortSignal {
    const controllers = this.#controllers.get(call) ?? new Map<unknown, AbortController>();
    this.#controllers.set(call, controllers);
    const controller = controllers.get(index) ?? new AbortController();
    controllers.set(index, controller);
    if (aborted) controller.abort();
    return controller.signal;
  }

  /** Aborts one signal of a call, or all when there is no index. */
  abort(call: unknown, index: unknown, reason: unknown): void {
    for (const [each, controller] of this.#controllers.get(call) ?? []) {
      if (index === undefined || index === each) controller.abort(reason);
    }
  }

  /** Forgets a call that has its answer. */
  close(call: number): void {
    this.#controllers.delete(call);
  }
}
