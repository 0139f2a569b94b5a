/**
 * Waiting for signals to abort.
 *
 * @module
 */

interface Watched {
  readonly runs: Set<() => void>;
  stop(): void;
}

/**
 * Listens once to each signal, however many calls wait for it: one signal for
 * all of a page's calls is usual, and Node warns of more than ten listeners.
 */
export class SignalWatch {
  readonly #watched = new Map<AbortSignal, Watched>();

  /** Runs a function, which nobody else adds, when the signal aborts. Returns what ends the wait. */
  add(signal: AbortSignal, run: () => void): () => void {
    const { runs, stop } = this.#watched.get(signal) ?? this.#listen(signal);
    runs.add(run);
    return () => {
      if (runs.delete(run) && runs.size === 0) stop();
    };
  }

  #listen(signal: AbortSignal): Watched {
    const runs = new Set<() => void>();
    const onAbort = (): void => {
      for (const run of [...runs]) run();
    };
    signal.addEventListener("abort", onAbort, { once: true });
    const watched: Watched = {
      runs,
      stop: () => {
        signal.removeEventListener("abort", onAbort);
        this.#watched.delete(signal);
      },
    };
    this.#watched.set(signal, watched);
    return watched;
  }
}
