/**
 * What belongs to a context: its processes, and how they are started, told of and stopped.
 *
 * @module
 */

import { availableParallelism, hostname } from "node:os";
import process from "node:process";
import type { ErrorClass } from "@fourwire/session";
import { checkNotImporting } from "@fourwire/spawner";
import type { State } from "../state.ts";
import type { Endpoint } from "./endpoint.ts";
import { ProcessError } from "./errors.ts";
import { Limiter } from "./limiter.ts";
import { ManagedProcess, type ProcessEnd, type ProcessHome } from "./managed-process.ts";
import type { ProcessDefaults, ProcessSettings, WorkerSettings } from "./process-options.ts";
import { endedEntry, openRegistry, type ProcessInfo, type Registry } from "./registry.ts";
import type { AnyTask } from "./task-reference.ts";
import { startTaskWorker, type TaskWorker, type WorkerSurroundings } from "./task-worker.ts";

/** What a household is made of. */
export interface HouseholdParts {
  readonly state: Pick<State, "namespaces" | "open">;
  readonly path: string;
  readonly endpoint: Endpoint;
  readonly defaults: ProcessDefaults;
  readonly errors: Readonly<Record<string, ErrorClass>>;
  readonly maxStarting: number | undefined;
  readonly isWaiting: boolean;
  /** Called with the failure of a process that nobody waits for. */
  onError(error: unknown, path: string): void;
}

/** The processes of one context. */
export type OwnProcess = ManagedProcess<unknown>;

/** The ended processes whose result nobody has asked for that are kept; the oldest is forgotten first. */
const MAX_ENDED = 10_000;
const STARTING_PER_PROCESSOR = 2;

/** The processes of a context. */
export class Household implements ProcessHome {
  readonly path: string;
  readonly endpoint: Endpoint;
  readonly defaults: ProcessDefaults;
  readonly #parts: HouseholdParts;
  readonly #starting: Limiter;
  readonly #processes = new Set<OwnProcess>();
  readonly #dependents = new Set<AsyncDisposable>();
  readonly #names = new Map<string, number>();
  #registry: Promise<Registry> | undefined;
  #isClosed = false;

  constructor(parts: HouseholdParts) {
    const { path, endpoint, defaults, maxStarting = availableParallelism() * STARTING_PER_PROCESSOR } = parts;
    if (!Number.isInteger(maxStarting) || maxStarting < 1) {
      throw new TypeError(`maxStarting is ${maxStarting}; expected an integer from 1`);
    }
    this.path = path;
    this.endpoint = endpoint;
    this.defaults = defaults;
    this.#parts = parts;
    this.#starting = new Limiter(maxStarting);
  }

  /** Throws `CLOSED`, and `STARTED_DURING_IMPORT`. */
  checkOpen(): void {
    checkNotImporting();
    if (this.#isClosed) throw new ProcessError("CLOSED", `The context "${this.path}" is closed`, { path: this.path });
  }

  /** Opens what everybody knows of the processes, once. */
  registry(): Promise<Registry> {
    if (!this.#registry) {
      this.#registry = openRegistry(this.#parts.state);
      this.#registry.catch(() => {
        this.#registry = undefined;
      });
    }
    return this.#registry;
  }

  processes(): readonly OwnProcess[] {
    return [...this.#processes];
  }

  /** Makes a process, which is not started yet. */
  add<Result>(task: AnyTask, props: unknown, settings: ProcessSettings<unknown>): ManagedProcess<Result> {
    this.checkOpen();
    const name = settings.name ?? task.exportName;
    const plan = { task, name, path: this.nextPath(name), props, settings };
    const made = new ManagedProcess<Result>(this, plan);
    this.#processes.add(made);
    return made;
  }

  /** Gives what is to belong to this a path of its own. */
  nextPath(name: string): string {
    const count = (this.#names.get(name) ?? 0) + 1;
    this.#names.set(name, count);
    return count === 1 ? `${this.path}/${name}` : `${this.path}/${name}-${count}`;
  }

  /** Has something disposed before the processes are stopped; the result takes it out again. */
  depend(dependent: AsyncDisposable): () => void {
    this.#dependents.add(dependent);
    return () => this.#dependents.delete(dependent);
  }

  /** What a worker needs to become one that runs tasks beside the state. */
  get surroundings(): WorkerSurroundings {
    return { endpoint: this.endpoint, defaults: this.defaults, errors: this.#parts.errors };
  }

  startWorker(settings: WorkerSettings, path: string, signal: AbortSignal): Promise<TaskWorker> {
    return this.#starting.run(async () => {
      signal.throwIfAborted();
      return await startTaskWorker(this.surroundings, settings, path, signal);
    });
  }

  async began(started: OwnProcess): Promise<void> {
    if (started.settings.resultTtlMs === 0) return;
    const registry = await this.registry();
    await registry.set(started.id, { ...infoOf(started), status: "running" }, { owned: true });
  }

  async ended(over: OwnProcess, end: ProcessEnd): Promise<void> {
    await this.#tell(over, end);
    if (over.isWaitedFor || isStop(end)) this.#processes.delete(over);
    else if ("error" in end) this.#parts.onError(end.error, over.path);
    this.#forgetOldest();
  }

  collected(process: OwnProcess): void {
    this.#processes.delete(process);
  }

  /** Tells of a failure that nobody waits for. */
  tell(error: unknown, path: string): void {
    this.#parts.onError(error, path);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled([...this.#dependents].map((dependent) => dependent[Symbol.asyncDispose]()));
    const left = this.processes().filter((process) => !process.hasEnded);
    if (this.#parts.isWaiting)
      await Promise.allSettled(left.filter(({ isAlive }) => isAlive).map((process) => process.wait()));
    await Promise.all(left.map((process) => process.stop()));
  }

  /** Keeps the result for others. A state that does not take it tells so, and the process is none the worse for it. */
  async #tell(over: OwnProcess, end: ProcessEnd): Promise<void> {
    const { resultTtlMs } = over.settings;
    if (resultTtlMs === 0 || over.pid === undefined) return;
    const keep = async (outcome: Parameters<typeof endedEntry>[1]): Promise<void> => {
      const registry = await this.registry();
      await registry.set(over.id, endedEntry(infoOf(over), outcome), { ttlMs: resultTtlMs });
    };
    try {
      await keep("result" in end ? { status: "done", result: end.result } : end);
    } catch (error) {
      this.#parts.onError(error, over.path);
      // Those who wait for it elsewhere hear that there is none; when the state is gone, they hear that from it.
      await keep({ error }).catch(() => undefined);
    }
  }

  #forgetOldest(): void {
    if (this.#processes.size <= MAX_ENDED) return;
    for (const process of this.#processes) {
      if (!process.hasEnded) continue;
      this.#processes.delete(process);
      return;
    }
  }
}

/** Warns of a failure of which nobody else would hear. */
export function warn(error: unknown, path: string): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.emitWarning(`The process "${path}" failed and nobody waits for it: ${text}`, "ProcessFailure");
}

function infoOf({ id, name, path, pid = 0 }: OwnProcess): ProcessInfo {
  return { id, name, path, pid, host: hostname(), status: "running" };
}

function isStop(end: ProcessEnd): boolean {
  return "error" in end && end.error instanceof ProcessError && end.error.code === "STOPPED";
}
