/**
 * A shared state, and the processes beside it.
 *
 * @module
 */

import type { State } from "../state.ts";
import type { WaitForOptions } from "../state-options.ts";
import { waitFor } from "../waiting.ts";
import { type DetachedArguments, type DetachedProcess, findDetached, startDetached } from "./detached.ts";
import type { Endpoint } from "./endpoint.ts";
import { Household, type HouseholdParts } from "./household.ts";
import type { Process, StopOptions } from "./process.ts";
import { ProcessGroup } from "./process-group.ts";
import { completeProcess, type ManyArguments, type ProcessOptions, type StartArguments } from "./process-options.ts";
import { fetchResult, listProcesses, type ProcessInfo } from "./registry.ts";
import { TaskPool } from "./task-pool.ts";
import type { PoolOptions } from "./task-pool-options.ts";
import type { AnyTask, ResultOf, SharedProps, Task } from "./task-reference.ts";
import { type Trigger, type TriggerCondition, type Triggered, type TriggerOptions, watchFor } from "./trigger.ts";

/** What a context is made of. */
export interface ContextParts<Shape extends object> extends HouseholdParts {
  readonly state: State<Shape>;
  /** Leaves the state, and ends what belongs to the context alone. */
  leave(): Promise<void>;
}

/**
 * A shared state, and processes that use it. Made by `createContext`; tasks get one of their own. From ZProc's `Context`.
 *
 * Closing it stops its processes, whatever they are doing, and then leaves the state. They end with this process, too, however it ends.
 */
export class Context<Shape extends object = Record<string, unknown>> implements AsyncDisposable {
  readonly state: State<Shape>;
  readonly #household: Household;
  readonly #leave: () => Promise<void>;
  #closed: Promise<void> | undefined;

  constructor(parts: ContextParts<Shape>) {
    this.state = parts.state;
    this.#household = new Household(parts);
    this.#leave = parts.leave;
  }

  /** The names from the outermost context to this one. */
  get path(): string {
    return this.#household.path;
  }

  /** Where the state is, for others to connect to; they need the key, too. */
  get address(): string {
    return this.#household.endpoint.address;
  }

  /** The secret of the state; whoever has it may do everything. */
  get key(): Endpoint["key"] {
    return this.#household.endpoint.key;
  }

  /**
   * Starts a process that runs a task, and resolves when it does: a wait that the task begins with misses nothing that is written then.
   *
   * Rejects with a `SpawnError` when the process does not start, with `NO_RECIPE` when it cannot reach the state, with `NOT_A_TASK`, with
   * `STARTED_DURING_IMPORT`, with `CLOSED`, with the signal's reason, or with a `TypeError` for options that make no sense. From ZProc's `spawn`, `process`.
   *
   * @example
   * ```ts
   * const process = await context.spawn(double, { props: 21, retry: { on: [RangeError], max: 2 } });
   * await process.wait(); // 42
   * ```
   */
  async spawn<Props, Result>(
    task: Task<Shape, Props, Result>,
    ...[options]: StartArguments<NoInfer<Props>>
  ): Promise<Process<Result>> {
    const process = this.#plan<Result>(task, options ?? {});
    if (options?.start ?? true) await process.start();
    return process;
  }

  /**
   * Starts `count` processes for each task, those of the first one first, and resolves when all run; when one does not start, the others
   * are stopped. From ZProc's `process_factory` and `spawn(count=…)`.
   */
  async spawnMany<const Tasks extends readonly Task<Shape, never, unknown>[]>(
    tasks: Tasks,
    ...args: ManyArguments<SharedProps<Tasks[number]>>
  ): Promise<ProcessGroup<ResultOf<Tasks[number]>>> {
    const group = this.processFactory(tasks, ...args);
    if (args[0]?.start ?? true) await startAll(group);
    return group;
  }

  /** Starts a process for each of several props. From ZProc's `spawn_map`; for many items, a pool is cheaper. */
  async spawnEach<Props, Result>(
    task: Task<Shape, Props, Result>,
    propsList: Iterable<NoInfer<Props>>,
    options: ProcessOptions<Props> = {},
  ): Promise<ProcessGroup<Result>> {
    const group = new ProcessGroup([...propsList].map((props) => this.#plan<Result>(task, { ...options, props })));
    if (options.start ?? true) await startAll(group);
    return group;
  }

  /** Makes processes as `spawnMany` does, and does not start them. From ZProc 0.1.5's `process_factory`. */
  processFactory<const Tasks extends readonly Task<Shape, never, unknown>[]>(
    tasks: Tasks,
    ...[options]: ManyArguments<SharedProps<Tasks[number]>>
  ): ProcessGroup<ResultOf<Tasks[number]>> {
    const { count = 1 } = options ?? {};
    if (!Number.isInteger(count) || count < 1) throw new TypeError(`count is ${count}; expected an integer from 1`);
    const plans = tasks.flatMap((task) => Array.from({ length: count }, () => task));
    return new ProcessGroup(plans.map((task) => this.#plan<ResultOf<Tasks[number]>>(task, options ?? {})));
  }

  /** Makes a pool of workers for tasks; they start as they are needed. From ZProc's `process_map` and `create_swarm`. */
  pool(options: PoolOptions = {}): TaskPool<Shape> {
    this.#household.checkOpen();
    return new TaskPool<Shape>(this.#household, options);
  }

  /**
   * Runs a task, in a process of its own, whenever a condition becomes true, or after every change of some keys. From ZProc's `call_when_*`.
   *
   * No revision is missed: what comes while the task runs has its turn afterwards. Disposing the result ends it. Rejects as `spawn`.
   */
  async spawnOn<Result>(
    condition: TriggerCondition<Shape>,
    task: Task<Shape, Triggered<Shape>, Result>,
    options: TriggerOptions = {},
  ): Promise<Trigger> {
    this.#household.checkOpen();
    return await watchFor(this.state, this.#household, { condition, task, options });
  }

  /**
   * Starts a process that goes on when this one has ended, however it does. It needs a state that does so, too: a context with `server`.
   *
   * Rejects with `NO_SERVER`, with `NAME_TAKEN` while one of that name runs, and as `spawn`.
   */
  async spawnDetached<Props, Result>(
    task: Task<Shape, Props, Result>,
    ...[options]: DetachedArguments<NoInfer<Props>>
  ): Promise<DetachedProcess<Result>> {
    this.#household.checkOpen();
    return await startDetached<Result>(this.#household, task, options);
  }

  /** Finds a detached process by its name; `undefined` when none runs. */
  async find<Result = unknown>(name: string): Promise<DetachedProcess<Result> | undefined> {
    return await findDetached<Result>(await this.#household.registry(), name);
  }

  /** Waits for the result of a process by its id, whoever started it. Rejects with its error, or with `NOT_FOUND`. */
  async result<Result = unknown>(id: string, options: WaitForOptions = {}): Promise<Result> {
    const registry = await this.#household.registry();
    // What it is, only the caller knows.
    return (await waitFor(options, `The result of "${id}"`, (over) => fetchResult(registry, id, over))) as Result;
  }

  /** Lists the processes of all contexts beside the same state: those that run, and those that ended lately. */
  async list(): Promise<readonly ProcessInfo[]> {
    return await listProcesses(await this.#household.registry());
  }

  /** The processes of this context that have not ended, or whose result nobody has asked for yet. */
  get processes(): ProcessGroup<unknown> {
    return new ProcessGroup(this.#household.processes());
  }

  /** Starts those of `processes` that were not started. */
  async startAll(): Promise<void> {
    await this.processes.start();
  }

  /** Stops all of `processes`. */
  async stopAll(options?: StopOptions): Promise<void> {
    await this.processes.stop(options);
  }

  /** Waits for the results of all of `processes` that were started, with one deadline. Rejects as soon as one of them has failed. */
  async waitAll(options?: WaitForOptions): Promise<unknown[]> {
    return await this.#startedOnes().wait(options);
  }

  /** Waits as `waitAll`, but says of each how it ended. */
  async waitAllSettled(options?: WaitForOptions): Promise<PromiseSettledResult<unknown>[]> {
    return await this.#startedOnes().waitSettled(options);
  }

  /** Stops the processes, or waits for them if the context is to; then leaves the state. Safe to call twice. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #plan<Result>(task: AnyTask, options: ProcessOptions<unknown> & { readonly props?: unknown }): Process<Result> {
    const { props, ...rest } = options;
    const settings = completeProcess({ ...this.#household.defaults, ...rest });
    return this.#household.add<Result>(task, props, settings);
  }

  #startedOnes(): ProcessGroup<unknown> {
    return new ProcessGroup(this.#household.processes().filter((process) => process.isAlive || process.hasEnded));
  }

  async #close(): Promise<void> {
    try {
      await this.#household.close();
    } finally {
      await this.#leave();
    }
  }
}

/** Starts a group as one: when one does not start, none goes on. */
async function startAll(group: ProcessGroup<unknown>): Promise<void> {
  try {
    await group.start();
  } catch (error) {
    await group.stop();
    throw error;
  }
}
