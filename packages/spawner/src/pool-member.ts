/**
 * One worker of a pool.
 *
 * @module
 */

import type { Worker } from "./worker.ts";

/** One worker of a pool, with what its tasks work with. */
export class PoolMember<Api> {
  readonly worker: Worker;
  readonly api: Api;
  /** The tasks that it has at the moment. */
  running = 0;
  /** The tasks that it was given since it started. */
  served = 0;
  /** Whether it gets no more tasks and goes when it has none. */
  isRetiring = false;
  #isWeighed = false;
  #idle: NodeJS.Timeout | undefined;

  constructor(worker: Worker, api: Api) {
    this.worker = worker;
    this.api = api;
  }

  /** Retires it when it takes up more memory than it may. It is asked once at a time; one that does not answer has ended. */
  async weigh(mostBytes: number): Promise<void> {
    if (mostBytes === Number.POSITIVE_INFINITY || this.#isWeighed || this.isRetiring) return;
    this.#isWeighed = true;
    const bytes = await this.worker.memoryBytes().catch(() => 0);
    this.#isWeighed = false;
    if (bytes > mostBytes) this.isRetiring = true;
  }

  /** Calls a function if it has nothing to do for so long. */
  rest(afterMs: number, tired: () => void): void {
    this.wake();
    this.#idle = setTimeout(tired, afterMs);
    this.#idle.unref();
  }

  wake(): void {
    clearTimeout(this.#idle);
  }
}
