/**
 * Workers for tasks that any of them can do.
 *
 * @module
 */

import { SpawnError } from "./errors.ts";
import { PoolMember } from "./pool-member.ts";
import { completePool, type PoolOptions, type PoolSettings } from "./pool-options.ts";
import { createTask, type QueuedTask, type Task, type TaskOptions } from "./pool-task.ts";
import { spawn } from "./spawn.ts";

/** What goes on in a pool. */
export interface PoolStats {
  readonly workers: number;
  /** The workers that are being started. */
  readonly starting: number;
  readonly running: number;
  readonly queued: number;
  readonly completed: number;
  readonly failed: number;
  /** The longest and the mean time that tasks waited, in ms. */
  readonly maxWaitMs: number;
  readonly meanWaitMs: number;
}

/** The keys that a pool remembers; the oldest are forgotten, and their next task may go to another worker. */
const MAX_KEYS = 10_000;

/**
 * A pool of workers. It starts them as tasks come, up to a number, and ends
 * those that have nothing to do.
 *
 * A task whose worker ends rejects and is not tried again: whether it may run
 * twice, only its caller knows.
 *
 * @example
 * ```ts
 * await using pool = new WorkerPool({ base: import.meta.url, prepare: (worker) => worker.import<Module>("./images.js") });
 * const sizes = await Promise.all(files.map((file) => pool.run((images) => images.resize(file))));
 * ```
 */
export class WorkerPool<Api> implements AsyncDisposable {
  readonly #settings: PoolSettings<Api>;
  readonly #members = new Set<PoolMember<Api>>();
  readonly #keys = new Map<string, PoolMember<Api>>();
  readonly #waiting: QueuedTask<Api>[] = [];
  readonly #drained: (() => void)[] = [];
  readonly #leaving = new Set<Promise<unknown>>();
  #starting = 0;
  #running = 0;
  #completed = 0;
  #failed = 0;
  #waitedMs = 0;
  #maxWaitMs = 0;
  #isClosed = false;

  constructor(options: PoolOptions<Api>) {
    this.#settings = completePool(options);
  }

  /**
   * Runs a task with what `prepare` made in a worker that is free, now or later.
   *
   * Rejects with what the task rejects with, with `QUEUE_FULL`, `EXITED` when
   * the pool is closed, the signal's reason, or with what kept a worker from
   * starting.
   */
  async run<Result>(task: Task<Api, Result>, options: TaskOptions = {}): Promise<Result> {
    options.signal?.throwIfAborted();
    if (this.#isClosed) throw closed();
    const { maxQueue } = this.#settings;
    if (this.#waiting.length >= maxQueue && !this.#hasRoom()) {
      throw new SpawnError("QUEUE_FULL", `${maxQueue} tasks wait for a worker already (maxQueue)`);
    }
    const { queued, result } = createTask(task, options, (abandoned) => this.#abandon(abandoned));
    this.#waiting.push(queued);
    this.#pump();
    return await result;
  }

  /** Waits until no task waits or runs. */
  async drain(): Promise<void> {
    if (this.#running === 0 && this.#waiting.length === 0) return;
    await new Promise<void>((resolve) => this.#drained.push(resolve));
  }

  stats(): PoolStats {
    const ended = this.#completed + this.#failed;
    return {
      workers: this.#members.size,
      starting: this.#starting,
      running: this.#running,
      queued: this.#waiting.length,
      completed: this.#completed,
      failed: this.#failed,
      maxWaitMs: this.#maxWaitMs,
      meanWaitMs: ended + this.#running === 0 ? 0 : this.#waitedMs / (ended + this.#running),
    };
  }

  /** Refuses tasks that wait and all further ones, and stops the workers; tasks that run reject. `drain` first to have them end. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const task of this.#waiting.splice(0)) task.reject(closed());
    for (const member of this.#members) this.#dismiss(member);
    while (this.#leaving.size > 0) await Promise.all(this.#leaving);
    this.#notifyDrained();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #hasRoom(): boolean {
    return this.#members.size + this.#starting < this.#settings.max || this.#isAnyFree();
  }

  #isAnyFree(): boolean {
    for (const member of this.#members) if (isFree(member, this.#settings.concurrency)) return true;
    return false;
  }

  /** Gives every task that can run to a worker, and starts workers for the others. */
  #pump(): void {
    for (let place = 0; place < this.#waiting.length && this.#isAnyFree(); ) {
      const task = this.#waiting[place];
      const member = task && this.#find(task);
      if (!member) {
        // Its key belongs to a worker that is busy.
        place += 1;
        continue;
      }
      this.#waiting.splice(place, 1);
      void this.#give(task, member);
    }
    const { max, concurrency } = this.#settings;
    const wanted = Math.ceil(this.#waiting.length / concurrency);
    while (!this.#isClosed && this.#starting < wanted && this.#members.size + this.#starting < max) this.#start();
    this.#notifyDrained();
  }

  #find({ key }: QueuedTask<Api>): PoolMember<Api> | undefined {
    const { concurrency } = this.#settings;
    const known = key === undefined ? undefined : this.#keys.get(key);
    if (known && !known.isRetiring) return isFree(known, concurrency) ? known : undefined;
    const free = [...this.#members].filter((member) => isFree(member, concurrency));
    return free.sort((left, right) => left.running - right.running)[0];
  }

  async #give(task: QueuedTask<Api>, member: PoolMember<Api>): Promise<void> {
    this.#remember(task.key, member);
    member.wake();
    member.running += 1;
    member.served += 1;
    if (member.served >= this.#settings.recycleAfter) member.isRetiring = true;
    this.#running += 1;
    const waitedMs = performance.now() - task.queuedMs;
    this.#waitedMs += waitedMs;
    this.#maxWaitMs = Math.max(this.#maxWaitMs, waitedMs);
    const isDone = await task.run(member.api);
    member.running -= 1;
    this.#running -= 1;
    if (isDone) this.#completed += 1;
    else this.#failed += 1;
    this.#release(member);
    this.#pump();
    await member.weigh(this.#settings.recycleAboveBytes);
    if (member.isRetiring) this.#release(member);
  }

  /** Has a worker without work rest, or leave. */
  #release(member: PoolMember<Api>): void {
    if (member.running > 0 || !this.#members.has(member)) return;
    if (member.isRetiring) this.#dismiss(member);
    else
      member.rest(this.#settings.idleTimeoutMs, () => this.#members.size > this.#settings.min && this.#dismiss(member));
  }

  #remember(key: string | undefined, member: PoolMember<Api>): void {
    if (key === undefined) return;
    this.#keys.delete(key);
    this.#keys.set(key, member);
    const [oldest] = this.#keys.keys();
    if (this.#keys.size > MAX_KEYS && oldest !== undefined) this.#keys.delete(oldest);
  }

  #start(): void {
    this.#starting += 1;
    const started = this.#hire().catch((error: unknown) => {
      this.#starting -= 1;
      // It would go on like that: one task hears of each failure.
      this.#waiting.shift()?.reject(error);
    });
    this.#leaving.add(started);
    void started.finally(() => {
      this.#leaving.delete(started);
      this.#pump();
    });
  }

  async #hire(): Promise<void> {
    const { spawn: options, prepare } = this.#settings;
    const worker = await spawn(options);
    try {
      const member = new PoolMember(worker, await prepare(worker));
      this.#starting -= 1;
      this.#members.add(member);
      void worker.exited.then(() => this.#forget(member));
      if (this.#isClosed) this.#dismiss(member);
    } catch (error) {
      await worker.stop();
      throw error;
    }
  }

  #dismiss(member: PoolMember<Api>): void {
    member.isRetiring = true;
    this.#members.delete(member);
    member.wake();
    const left = member.worker.stop().finally(() => this.#leaving.delete(left));
    this.#leaving.add(left);
  }

  #forget(member: PoolMember<Api>): void {
    member.isRetiring = true;
    member.wake();
    this.#members.delete(member);
    for (const [key, known] of this.#keys) if (known === member) this.#keys.delete(key);
    this.#pump();
  }

  #abandon(task: QueuedTask<Api>): void {
    const place = this.#waiting.indexOf(task);
    if (place !== -1) this.#waiting.splice(place, 1);
    this.#notifyDrained();
  }

  #notifyDrained(): void {
    if (this.#running > 0 || this.#waiting.length > 0) return;
    for (const resolve of this.#drained.splice(0)) resolve();
  }
}

function isFree<Api>(member: PoolMember<Api>, concurrency: number): boolean {
  return !member.isRetiring && member.running < concurrency;
}

function closed(): SpawnError {
  return new SpawnError("EXITED", "The pool is closed");
}
