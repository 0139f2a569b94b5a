/**
 * How processes are started, as users say it and completed.
 *
 * @module
 */

import type { SpawnOptions } from "@fourwire/spawner";
import { completeRetry, type RetryOptions, type RetrySettings } from "./retry.ts";

/** What a process is: an operating system's process, a thread of this one, or a task in this very thread. */
export type Backend = "process" | "thread" | "inline";

/** How processes are started whatever they run; a context's `processes` has them for all of its own. */
export interface ProcessDefaults
  extends Pick<
    SpawnOptions,
    | "args"
    | "env"
    | "cwd"
    | "execArgv"
    | "execPath"
    | "resourceLimits"
    | "log"
    | "logLevel"
    | "output"
    | "startTimeoutMs"
  > {
  /** What the process is. Default `process`. */
  readonly backend?: Backend | undefined;
  /**
   * Where the transport's package is found, as `import.meta.url` is. Default: from the task's module.
   */
  readonly base?: string | URL | undefined;
  /** The time in which stopping it has ended it: its task's signal aborts, then come SIGTERM and SIGKILL. Default 5,000 ms. */
  readonly stopTimeoutMs?: number | undefined;
  /** How long others can fetch its result by its id. Default 60,000 ms; 0 for not at all. */
  readonly resultTtlMs?: number | undefined;
}

/** How one process is started. */
export interface ProcessOptions<Props> extends ProcessDefaults {
  /** What others call it, as part of its path. Default: the task's name. */
  readonly name?: string | undefined;
  /** When it is tried again. Default: never. */
  readonly retry?: RetryOptions<Props> | undefined;
  /** The time that each attempt may take. Default: without end. */
  readonly attemptTimeoutMs?: number | undefined;
  /** Whether it starts at once. Default true. */
  readonly start?: boolean | undefined;
  /** Ends its start, and stops it later. */
  readonly signal?: AbortSignal | undefined;
}

/** What a task with props has to be given; one without takes none. */
export type PropsOption<Props> = undefined extends Props
  ? { readonly props?: Props | undefined }
  : { readonly props: Props };

/** The options behind a task: they may be left out when it has no props. */
export type StartArguments<Props> = undefined extends Props
  ? [options?: ProcessOptions<Props> & PropsOption<Props>]
  : [options: ProcessOptions<Props> & PropsOption<Props>];

/** How several processes of each task are started. */
export interface ManyOptions<Props> extends ProcessOptions<Props> {
  /** The processes for each task. Default 1. */
  readonly count?: number | undefined;
}

/** The options behind several tasks. */
export type ManyArguments<Props> = undefined extends Props
  ? [options?: ManyOptions<Props> & PropsOption<Props>]
  : [options: ManyOptions<Props> & PropsOption<Props>];

/** Options with nothing left open. */
export interface ProcessSettings<Props> extends WorkerSettings {
  readonly name: string | undefined;
  readonly retry: RetrySettings<Props>;
  readonly attemptTimeoutMs: number;
  readonly resultTtlMs: number;
  readonly isStarted: boolean;
  readonly signal: AbortSignal | undefined;
}

/** What concerns the worker that tasks run in. */
export interface WorkerSettings {
  readonly backend: Backend;
  readonly base: string | undefined;
  readonly stopTimeoutMs: number;
  readonly spawn: SpawnOptions;
}

const BACKENDS: readonly string[] = ["process", "thread", "inline"] satisfies readonly Backend[];

/** Checks the options and fills in the defaults. Throws a `TypeError` that names the option which makes no sense. */
export function completeProcess<Props>(options: ProcessOptions<Props>): ProcessSettings<Props> {
  const { attemptTimeoutMs = Number.POSITIVE_INFINITY, resultTtlMs = 60_000, start = true, name, signal } = options;
  if (!(attemptTimeoutMs > 0)) throw new TypeError(`attemptTimeoutMs is ${attemptTimeoutMs}; expected above 0`);
  if (!(resultTtlMs >= 0)) throw new TypeError(`resultTtlMs is ${resultTtlMs}; expected 0 or more`);
  if (name !== undefined && !/^[^/]+$/.test(name))
    throw new TypeError(`name is "${name}"; it has a slash, or is empty`);
  const retry = completeRetry(options.retry);
  return { ...completeWorker(options), name, retry, attemptTimeoutMs, resultTtlMs, isStarted: start, signal };
}

/** Fills in what concerns the worker. Throws a `TypeError` that names the option which makes no sense. */
export function completeWorker(options: ProcessDefaults): WorkerSettings {
  const { backend = "process", base, stopTimeoutMs = 5_000 } = options;
  if (!BACKENDS.includes(backend)) {
    throw new TypeError(`backend is ${String(backend)}; expected one of ${BACKENDS.join(", ")}`);
  }
  return {
    backend,
    base: base === undefined ? undefined : new URL(base).href,
    stopTimeoutMs,
    spawn: { ...spawnOptions(options, backend), kind: backend, stopTimeoutMs },
  };
}

/** Leaves out what a kind of worker has no use for: a context's defaults are for all of its processes. */
function spawnOptions(options: ProcessDefaults, backend: Backend): SpawnOptions {
  const { args, env, cwd, execArgv, execPath, resourceLimits, log, logLevel, output, startTimeoutMs } = options;
  const shared = { log, logLevel, output, startTimeoutMs };
  if (backend === "inline") return shared;
  const inThread = { ...shared, args, env, execArgv, resourceLimits };
  return backend === "thread" ? inThread : { ...inThread, cwd, execPath };
}
