/**
 * Several processes as one.
 *
 * @module
 */

import type { WaitForOptions } from "../state-options.ts";
import type { Process, StopOptions } from "./process.ts";

/** Several processes, in the order in which they were asked for. Disposing it stops them. From ZProc's `ProcessList`. */
export class ProcessGroup<Result> implements AsyncDisposable, Iterable<Process<Result>> {
  readonly processes: readonly Process<Result>[];

  constructor(processes: readonly Process<Result>[]) {
    this.processes = processes;
  }

  get size(): number {
    return this.processes.length;
  }

  [Symbol.iterator](): Iterator<Process<Result>> {
    return this.processes[Symbol.iterator]();
  }

  /** Starts those that were not started yet, whatever becomes of the others. Rejects with what kept the first from starting. */
  async start(): Promise<void> {
    await afterAll(this.processes.map((process) => process.start()));
  }

  /** Stops all of them, at the same time. */
  async stop(options?: StopOptions): Promise<void> {
    await afterAll(this.processes.map((process) => process.stop(options)));
  }

  /** Waits for all results, in order, with one deadline for all. Rejects as soon as one of them has failed. */
  async wait(options?: WaitForOptions): Promise<Result[]> {
    return await Promise.all(this.processes.map((process) => process.wait(options)));
  }

  /** Waits as `wait`, but says of each how it ended; those that did not in time are rejected with `TIMEOUT`. From `safe=True`. */
  async waitSettled(options?: WaitForOptions): Promise<PromiseSettledResult<Result>[]> {
    return await Promise.allSettled(this.processes.map((process) => process.wait(options)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

/** Waits for all promises; rejects with the first failure in their order. */
async function afterAll(promises: readonly Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(promises)).find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
}
