/**
 * What runs tasks in a worker.
 *
 * Its file is imported by workers, by its built name.
 *
 * @module
 */

import process from "node:process";
import { isMainThread } from "node:worker_threads";
import type { Transport } from "@fourwire/transport";
import { connectState } from "../connect-state.ts";
import type { State } from "../state.ts";
import { type EndpointRecipe, openTransport } from "./endpoint.ts";
import { ProcessError } from "./errors.ts";
import type { Hosting, RunOrder } from "./hosting.ts";
import { warn } from "./household.ts";
import { linkSignals } from "./linked-signal.ts";
import type { Outcome } from "./outcome.ts";
import { isProcessExit } from "./process-exit.ts";
import { raiseOnSignal } from "./signal-error.ts";
import { TaskContext } from "./task-context.ts";
import { type AnyTask, isTask, notATask } from "./task-reference.ts";

/** Joined once, and used by all tasks that run here, one after the other or at once. */
interface Joined extends AsyncDisposable {
  readonly state: State;
  readonly transport: Transport;
}

/** Runs tasks beside the state of whoever started this worker. Disposing it has them end. */
export class TaskHost implements Hosting, AsyncDisposable {
  readonly #endpoint: EndpointRecipe;
  readonly #ending = new AbortController();
  readonly #running = new Set<Promise<unknown>>();
  #joined: Promise<Joined> | undefined;

  constructor(endpoint: EndpointRecipe) {
    this.#endpoint = endpoint;
  }

  /** Runs a task once. Rejects only when the state cannot be reached. */
  async run(task: unknown, order: RunOrder, props: unknown): Promise<Outcome> {
    return await this.#track(this.#run(task, order, props));
  }

  /** Runs a task for each of several items, one after the other, up to the first one that fails. */
  async runEach(task: unknown, order: RunOrder, items: readonly unknown[]): Promise<Outcome> {
    const results: unknown[] = [];
    for (const item of items) {
      const outcome = await this.run(task, order, item);
      if (outcome.status !== "done") return outcome;
      results.push(outcome.result);
    }
    return { status: "done", result: results };
  }

  /** Has the tasks end, waits until they have, and leaves the state. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort(new ProcessError("STOPPED", "The process is being stopped"));
    await Promise.allSettled(this.#running);
    const joined = await this.#joined?.catch(() => undefined);
    await joined?.[Symbol.asyncDispose]();
  }

  async #track<Result>(run: Promise<Result>): Promise<Result> {
    this.#running.add(run);
    try {
      return await run;
    } finally {
      this.#running.delete(run);
    }
  }

  async #run(task: unknown, order: RunOrder, props: unknown): Promise<Outcome> {
    this.#joined ??= join(this.#endpoint);
    const { state, transport } = await this.#joined;
    if (!isTask(task)) return { status: "failed", error: notATask() };
    using caught = raiseOnSignal(...(order.isInline || !isMainThread ? [] : order.signals));
    using ends = linkSignals(this.#ending.signal, caught.signal, order.signal);
    const context = new TaskContext(
      {
        state,
        path: order.path,
        endpoint: { ...this.#endpoint, transport },
        defaults: order.defaults,
        errors: {},
        maxStarting: undefined,
        isWaiting: false,
        onError: warn,
        leave: async () => undefined,
      },
      { id: order.id, attempt: order.attempt, signal: ends.signal },
    );
    const running = settle(() => Promise.race([runTask(task, context, props), rejectedBy(caught.signal)]));
    void tellBegun(state, order);
    const outcome = await running;
    await context.close();
    if (!order.isInline) process.exitCode = exitCodeOf(outcome);
    return outcome;
  }
}

async function join(endpoint: EndpointRecipe): Promise<Joined> {
  const built = await openTransport(endpoint);
  const { address, key, namespace } = endpoint;
  try {
    const state = await connectState(address, { transport: built.transport, key, namespace });
    return {
      state,
      transport: built.transport,
      async [Symbol.asyncDispose]() {
        await state.close();
        await built[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await built[Symbol.asyncDispose]();
    throw error;
  }
}

/** Copies what a task returns, as its own process ends with it: what is no data is an error here, and not a dead reference there. */
async function runTask(task: AnyTask, context: TaskContext, props: unknown): Promise<unknown> {
  const result: unknown = await Reflect.apply(task.run, task, [context, props]);
  return structuredClone(result);
}

async function settle(run: () => Promise<unknown>): Promise<Outcome> {
  try {
    return { status: "done", result: await run() };
  } catch (error) {
    return isProcessExit(error) ? { status: "exit", exitCode: error.exitCode } : { status: "failed", error };
  }
}

/**
 * Tells the starter that what it writes from now on comes after what the task asked for at first: requests arrive in their order, so that
 * the answer to one more means that the others are there. A link that is lost tells by itself.
 */
async function tellBegun(state: State, { began }: RunOrder): Promise<void> {
  if (!began) return;
  try {
    await new Promise<void>((resolve) => setImmediate(resolve));
    await state.head();
    await began();
  } catch {
    // The starter goes on without it, as the task may be over by now.
  }
}

function rejectedBy(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

function exitCodeOf(outcome: Outcome): number {
  if (outcome.status === "exit") return outcome.exitCode;
  return outcome.status === "done" ? 0 : 1;
}
