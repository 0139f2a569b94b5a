/**
 * Workers for tasks that any of them can do.
 *
 * @module
 */

import { randomUUID } from "node:crypto";
import { availableParallelism } from "node:os";
import { SpawnError, WorkerPool } from "@fourwire/spawner";
import { ProcessError } from "./errors.ts";
import type { Household } from "./household.ts";
import { mapChunks, type TaskResults } from "./map-chunks.ts";
import { type RunOutcome, resultOf } from "./outcome.ts";
import { completeWorker } from "./process-options.ts";
import { settlesBefore } from "./settles-before.ts";
import type { MapOptions, PoolOptions, RunArguments, RunOptions } from "./task-pool-options.ts";
import type { AnyTask, Task } from "./task-reference.ts";
import { TaskWorker, taskErrors } from "./task-worker.ts";

/** A pool of workers that run tasks beside the context's state. Disposing it stops them. Made by `context.pool`. */
export class TaskPool<Shape extends object> implements AsyncDisposable {
  readonly path: string;
  /** The most workers. */
  readonly size: number;
  readonly #pool: WorkerPool<TaskWorker>;
  readonly #leave: () => void;

  constructor(household: Household, options: PoolOptions) {
    const { name = "pool", size = availableParallelism(), idleTimeoutMs, maxQueue, recycleAfter } = options;
    const { defaults, surroundings } = household;
    const settings = completeWorker({ ...defaults, ...options });
    if (!Number.isInteger(size) || size < 1) throw new TypeError(`size is ${size}; expected an integer from 1`);
    this.path = household.nextPath(name);
    this.size = size;
    this.#pool = new WorkerPool<TaskWorker>({
      ...settings.spawn,
      name: this.path,
      errors: { ...taskErrors(), ...surroundings.errors },
      max: size,
      idleTimeoutMs,
      maxQueue,
      recycleAfter,
      prepare: async (worker) => new TaskWorker(worker, surroundings, settings),
    });
    this.#leave = household.depend(this);
  }

  /** Runs a task in a worker that is free, now or later. Rejects with what it throws, `EXITED` when its worker dies, and as `WorkerPool.run`. */
  async run<Props, Result>(
    task: Task<Shape, Props, Result>,
    ...[options]: RunArguments<NoInfer<Props>>
  ): Promise<Result> {
    const { props, ...rest }: RunOptions & { readonly props?: unknown } = options ?? {};
    const outcome = await this.#attempt(task, rest, (worker, request) => worker.run(task, request, props));
    // The task's type says what it returns; what crossed is a copy of that.
    return resultOf(outcome, this.path) as Result;
  }

  /**
   * Runs a task for each item and gives the results one by one; `all()` gives them as a list.
   *
   * Only `concurrency` chunks are under way at a time, so that items may go on without end. A chunk whose worker dies runs again, so that some of
   * its items may run twice. From ZProc's `process_map`, `swarm.map` and `map_lazy`.
   */
  map<Item, Result>(
    task: Task<Shape, Item, Result>,
    items: Iterable<Item> | AsyncIterable<Item>,
    options: MapOptions = {},
  ): TaskResults<Result> {
    const { maxReruns = 1 } = options;
    return mapChunks<Item, Result>(items, { concurrency: this.size, ...options }, async (chunk, signal) => {
      const outcome = await this.#attempt(task, { signal, maxReruns }, (worker, request) =>
        worker.runEach(task, request, chunk),
      );
      // As in `run`: the list has one result an item.
      return resultOf(outcome, this.path) as Result[];
    });
  }

  /** Waits until nothing runs or waits. */
  async drain(): Promise<void> {
    await this.#pool.drain();
  }

  /** Stops the workers; what runs or waits rejects. Safe to call twice. */
  async close(): Promise<void> {
    this.#leave();
    await this.#pool.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #attempt(
    task: AnyTask,
    { signal, maxReruns = 0 }: RunOptions,
    run: (worker: TaskWorker, request: Parameters<TaskWorker["run"]>[1]) => Promise<RunOutcome>,
  ): Promise<RunOutcome> {
    const path = `${this.path}/${task.exportName}`;
    for (let attempt = 1; ; attempt += 1) {
      const request = { id: randomUUID(), path, attempt, signals: [], signal };
      const outcome = await this.#use((worker) => run(worker, request), signal);
      if (outcome.status !== "dead" || attempt > maxReruns) return outcome;
    }
  }

  async #use(run: (worker: TaskWorker) => Promise<RunOutcome>, signal: AbortSignal | undefined): Promise<RunOutcome> {
    try {
      const running = this.#pool.run(run, { signal });
      // The task keeps its worker until it ends; who asked for it need not wait so long.
      return await (signal ? settlesBefore(running, signal) : running);
    } catch (error) {
      if (!(error instanceof SpawnError && error.code === "EXITED" && error.exit === undefined)) throw error;
      throw new ProcessError("CLOSED", `The pool "${this.path}" is closed`, { path: this.path, cause: error });
    }
  }
}
