/**
 * A worker that runs tasks.
 *
 * @module
 */

import { at, ProxyError, type Remote, withOptions } from "@fourwire/proxy";
import type { ErrorClass } from "@fourwire/session";
import { SpawnError, spawn, type Worker } from "@fourwire/spawner";
import { StateError } from "../errors.ts";
import { describeEndpoint, describeLive, type Endpoint } from "./endpoint.ts";
import { ProcessError } from "./errors.ts";
import type { Hosting, HostingModule, RunOrder } from "./hosting.ts";
import type { Outcome, RunOutcome } from "./outcome.ts";
import { ProcessExit } from "./process-exit.ts";
import type { ProcessDefaults, WorkerSettings } from "./process-options.ts";
import { SignalError } from "./signal-error.ts";
import type { AnyTask } from "./task-reference.ts";

/** What a worker needs to know of the context that it belongs to. */
export interface WorkerSurroundings {
  readonly endpoint: Endpoint;
  /** What holds for the processes of the context, and of their own. */
  readonly defaults: ProcessDefaults;
  /** The classes that errors of tasks become instances of again. */
  readonly errors: Readonly<Record<string, ErrorClass>>;
}

/** One run, as its starter says it. */
export type RunRequest = Omit<RunOrder, "isInline" | "defaults">;

/** The host's program, as it was built, from the sources, too. */
const HOST_MODULE = new URL("../../dist/processes/task-host.js", import.meta.url);
/** How long the end of a worker may take to be noticed after its link broke. */
const EXIT_GRACE_MS = 1_000;

/** A worker, and the host in it that runs tasks beside the context's state. */
export class TaskWorker {
  readonly worker: Worker;
  readonly #surroundings: WorkerSurroundings;
  readonly #settings: WorkerSettings;
  readonly #tasks = new Map<string, Promise<object>>();
  #host: Promise<Remote<Hosting>> | undefined;
  #forget: () => void = () => undefined;

  constructor(worker: Worker, surroundings: WorkerSurroundings, settings: WorkerSettings) {
    this.worker = worker;
    this.#surroundings = surroundings;
    this.#settings = settings;
    void worker.exited.then(() => this.#forget());
  }

  /** Runs a task once and says how it ended. Rejects with what keeps the task's module from being imported. */
  run(task: AnyTask, request: RunRequest, props: unknown): Promise<RunOutcome> {
    return this.#run(task, async (host, reference) => await host.run(reference, this.#order(request), props));
  }

  /** Runs a task for each of several items; the result is the list of theirs. */
  runEach(task: AnyTask, request: RunRequest, items: readonly unknown[]): Promise<RunOutcome> {
    return this.#run(task, async (host, reference) => await host.runEach(reference, this.#order(request), items));
  }

  /** Imports a task's module and makes everything ready to run it. Rejects with `NOT_A_TASK` and as `run`. */
  async prepare(task: AnyTask): Promise<void> {
    await Promise.all([this.#openHost(task), this.#reference(task)]);
  }

  async #run(task: AnyTask, run: (host: Remote<Hosting>, reference: object) => Promise<Outcome>): Promise<RunOutcome> {
    try {
      const [host, reference] = await Promise.all([this.#openHost(task), this.#reference(task)]);
      return await run(withOptions(host, { timeoutMs: Number.POSITIVE_INFINITY }), reference);
    } catch (error) {
      // What broke the link may be the worker's end, which is the better reason.
      const exit = isLoss(error) ? await this.#exitWithin(EXIT_GRACE_MS) : undefined;
      if (exit) return { status: "dead", exitCode: exit.code, signal: exit.signal };
      throw error;
    }
  }

  #order(request: RunRequest): RunOrder {
    // A collector of logs lives here; what others write comes to it by way of their parent.
    const { log: _log, ...defaults } = this.#surroundings.defaults;
    return { ...request, isInline: this.#settings.backend === "inline", defaults };
  }

  #openHost({ module }: AnyTask): Promise<Remote<Hosting>> {
    this.#host ??= this.#createHost(module);
    return this.#host;
  }

  async #createHost(module: string): Promise<Remote<Hosting>> {
    const { backend, base = module } = this.#settings;
    const { endpoint } = this.#surroundings;
    const described = backend === "inline" ? describeLive(endpoint) : describeEndpoint(endpoint, base);
    this.#forget = () => described[Symbol.dispose]();
    const { TaskHost } = await this.worker.import<HostingModule>(HOST_MODULE);
    return await new TaskHost(described.recipe);
  }

  /** Finds a task there, by reference: it goes back to its own worker, where it is the task itself. */
  #reference(task: AnyTask): Promise<object> {
    const key = `${task.module}#${task.exportName}`;
    const known = this.#tasks.get(key);
    if (known) return known;
    const found = this.#find(task);
    this.#tasks.set(key, found);
    found.catch(() => this.#tasks.delete(key));
    return found;
  }

  async #find({ module, exportName }: AnyTask): Promise<object> {
    const view = await this.worker.import<Record<string, object>>(module);
    const exported: unknown = await attempt(() => at(view, exportName));
    if (typeof exported === "object" && exported !== null) return exported;
    throw new ProcessError("NOT_A_TASK", `${module} does not export a task as "${exportName}"; see task()`);
  }

  async #exitWithin(
    timeoutMs: number,
  ): Promise<{ readonly code: number | null; readonly signal: string | null } | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), timeoutMs);
    });
    try {
      return await Promise.race([this.worker.exited, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Starts a worker that runs tasks. Rejects as the spawner's `spawn`. */
export async function startTaskWorker(
  surroundings: WorkerSurroundings,
  settings: WorkerSettings,
  name: string,
  signal: AbortSignal | undefined,
): Promise<TaskWorker> {
  const errors = { ...taskErrors(), ...surroundings.errors };
  // Inline workers have no options of a process.
  const worker = await spawn({ ...settings.spawn, name, signal, errors });
  return new TaskWorker(worker, surroundings, settings);
}

/** Lists the classes that errors of processes become instances of again. */
export function taskErrors(): Readonly<Record<string, ErrorClass>> {
  return { ProcessError, ProcessExit, SignalError, SpawnError, StateError };
}

/** Reads what may not be there, or not be a value. */
async function attempt(read: () => PromiseLike<unknown>): Promise<unknown> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ProxyError) return undefined;
    throw error;
  }
}

function isLoss(error: unknown): boolean {
  if (!(error instanceof Error) || !("code" in error)) return false;
  return ["LOST", "EXITED", "CLOSED", "RESET", "REFERENCE_LOST"].some((code) => code === error.code);
}
