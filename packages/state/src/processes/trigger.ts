/**
 * Tasks that run when the state says so.
 *
 * @module
 */

import type { Change, Snapshot } from "../changes.ts";
import { type Condition, holds } from "../condition.ts";
import { applyChange } from "../replay.ts";
import type { State } from "../state.ts";
import type { Key, View } from "../types.ts";
import type { Household } from "./household.ts";
import type { ProcessDefaults } from "./process-options.ts";
import { TaskPool } from "./task-pool.ts";
import type { Task } from "./task-reference.ts";

/**
 * When a task runs: each time a condition becomes true, beginning with now, by `where` or by a function of the values; or after every change of
 * some keys.
 */
export type TriggerCondition<Shape extends object> =
  | Condition
  | ((values: View<Shape>) => boolean)
  | { readonly keys: readonly Key<Shape>[] };

/** What a task that runs on a condition is given. */
export interface Triggered<Shape extends object> {
  /** The values of that revision; those of the keys alone if the condition names keys. */
  readonly values: View<Shape>;
  readonly revision: number;
}

/** How a task runs on a condition. */
export interface TriggerOptions extends Omit<ProcessDefaults, "resultTtlMs"> {
  /** What others call it, as part of its tasks' paths. Default: the task's name. */
  readonly name?: string | undefined;
  /** The runs at a time; each further one waits. Default 1. */
  readonly concurrency?: number | undefined;
  /** Ends it. */
  readonly signal?: AbortSignal | undefined;
}

/** A task that runs on a condition. Disposing it ends the watch and the processes. */
export interface Trigger extends AsyncDisposable {
  readonly path: string;
  /** The runs that have begun. */
  readonly runs: number;
  /** Settles, and never rejects, when it is over. */
  readonly closed: Promise<void>;
  /** Ends it. Safe to call twice. */
  close(): Promise<void>;
}

/** What to watch for and what to run. */
export interface TriggerPlan<Shape extends object> {
  readonly condition: TriggerCondition<Shape>;
  readonly task: Task<Shape, Triggered<Shape>, unknown>;
  readonly options: TriggerOptions;
}

/** Watches for a condition and runs a task on it; resolves when nothing is missed any more. */
export async function watchFor<Shape extends object>(
  state: State<Shape>,
  household: Household,
  plan: TriggerPlan<Shape>,
): Promise<Trigger> {
  plan.options.signal?.throwIfAborted();
  const watcher = new Watcher(state, household, plan);
  await watcher.begin();
  return watcher;
}

type Item<Shape extends object> = Change | Snapshot<View<Shape>>;

class Watcher<Shape extends object> implements Trigger {
  readonly closed: Promise<void>;
  readonly #household: Household;
  readonly #plan: TriggerPlan<Shape>;
  readonly #items: AsyncIterableIterator<Item<Shape>, undefined>;
  readonly #pool: TaskPool<Shape>;
  readonly #ending = new AbortController();
  readonly #running = new Set<Promise<void>>();
  readonly #forget: () => void;
  #finish: () => void = () => undefined;
  #closing: Promise<void> | undefined;
  #values: View<Shape> | undefined;
  #held = false;
  #runs = 0;

  constructor(state: State<Shape>, household: Household, plan: TriggerPlan<Shape>) {
    const { condition, task, options } = plan;
    const { concurrency = 1, name = task.exportName, signal, ...worker } = options;
    this.#household = household;
    this.#plan = plan;
    this.#pool = new TaskPool<Shape>(household, { ...worker, name, size: concurrency });
    const keys = "keys" in condition ? condition.keys : undefined;
    this.#items = state.changes({ from: "snapshot", keys, signal: this.#ending.signal });
    this.closed = new Promise((resolve) => {
      this.#finish = resolve;
    });
    this.#forget = household.depend(this);
    signal?.addEventListener("abort", () => void this.close(), { once: true, signal: this.#ending.signal });
  }

  get path(): string {
    return this.#pool.path;
  }

  get runs(): number {
    return this.#runs;
  }

  /** Reads where everything stands, and goes on from there by itself. */
  async begin(): Promise<void> {
    try {
      const { value } = await this.#items.next();
      const isTrue = value !== undefined && this.#take(value) && !("keys" in this.#plan.condition);
      void this.#live(isTrue && value ? value.revision : undefined);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    this.#forget();
    this.#ending.abort();
    await this.#pool.close();
    await Promise.all(this.#running);
    this.#finish();
  }

  async #live(trueAt: number | undefined): Promise<void> {
    try {
      if (trueAt !== undefined) await this.#run(trueAt);
      for await (const item of this.#items) if (this.#take(item)) await this.#run(item.revision);
    } catch (error) {
      if (!this.#ending.signal.aborted) this.#household.tell(error, this.path);
    }
    void this.close();
  }

  /** Takes one revision, and says whether the task is to run on it. */
  #take(item: Item<Shape>): boolean {
    const { condition } = this.#plan;
    if (item.kind === "snapshot") this.#values = item.value;
    else if (this.#values) this.#values = applyChange(this.#values, item);
    if ("keys" in condition) return true;
    const wasTrue = this.#held;
    this.#held = isTrue(condition, this.#values);
    return this.#held && !wasTrue;
  }

  /** Begins a run, once there is room for it: until then nothing further is read. */
  async #run(revision: number): Promise<void> {
    const { task } = this.#plan;
    const values = this.#values;
    if (!values) return;
    const run = this.#pool
      .run<Triggered<Shape>, unknown>(task, { props: { values, revision } })
      .then(() => undefined)
      .catch((error: unknown) => this.#household.tell(error, this.path))
      .finally(() => this.#running.delete(run));
    this.#runs += 1;
    this.#running.add(run);
    if (this.#running.size >= this.#pool.size) await Promise.race(this.#running);
  }
}

function isTrue<Shape extends object>(
  condition: Condition | ((values: View<Shape>) => boolean),
  values: View<Shape> | undefined,
): boolean {
  if (values === undefined) return false;
  if (typeof condition === "function") return condition(values);
  return holds(condition, new Map(Object.entries(values)));
}
