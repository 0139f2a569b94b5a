/**
 * The workers that an application starts, and stops as it closes.
 *
 * @module
 */

import type { SpawnOptions, Worker } from "@fourwire/spawner";
import { ContainerError } from "./errors.ts";

/** What starts workers for the application's classes. */
export interface Spawner {
  /**
   * Starts a worker as `spawn` does, with the application's session options,
   * tracing and logger below its own. It is stopped when the application closes,
   * if it has not ended before.
   *
   * Rejects as `spawn` does, and with `CLOSED`.
   */
  spawn(options?: SpawnOptions): Promise<Worker>;
}

/** What starts workers, and what stops all those that are left. */
export class SpawnedWorkers implements Spawner, AsyncDisposable {
  readonly #spawn: (options: SpawnOptions) => Promise<Worker>;
  readonly #atEnd: () => void;
  readonly #running = new Set<Promise<Worker>>();
  readonly #closing = new AbortController();

  /** `atEnd` is called when all workers have ended. */
  constructor(spawn: (options: SpawnOptions) => Promise<Worker>, atEnd: () => void) {
    this.#spawn = spawn;
    this.#atEnd = atEnd;
  }

  async spawn(options: SpawnOptions = {}): Promise<Worker> {
    this.#closing.signal.throwIfAborted();
    const { signal } = options;
    const starting = this.#spawn({
      ...options,
      signal: signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal,
    });
    this.#running.add(starting);
    starting
      .then((worker) => worker.exited)
      .finally(() => this.#running.delete(starting))
      // Whoever started it is told.
      .catch(() => undefined);
    return await starting;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(new ContainerError("CLOSED", "The application is closed"));
    const stopped = [...this.#running].map(async (starting) => {
      const worker = await starting.catch(() => undefined);
      await worker?.[Symbol.asyncDispose]();
    });
    const outcomes = await Promise.allSettled(stopped);
    this.#atEnd();
    const failed = outcomes.find((outcome) => outcome.status === "rejected");
    if (failed) throw failed.reason;
  }
}
