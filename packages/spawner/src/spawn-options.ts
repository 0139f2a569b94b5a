/**
 * How a worker is started, as users say it and completed.
 *
 * @module
 */

import process from "node:process";
import type { ResourceLimits } from "node:worker_threads";
import type { SessionOptions } from "@fourwire/session";
import type { Transport } from "@fourwire/transport";
import { checkTime } from "./check-time.ts";
import { type Execution, readExecution } from "./execution.ts";
import { workingDirectory } from "./host-root.ts";
import type { LogCollector } from "./log-collector.ts";
import { type LogLevel, readLevel } from "./log-record.ts";
import { completeRestart, type RestartOptions, type RestartSettings } from "./restart-options.ts";
import type { WorkerKind } from "./runtime.ts";
import { checkAllow } from "./specifier.ts";

/** How a worker is started. */
export interface SpawnOptions
  extends Pick<SessionOptions, "callTimeoutMs" | "errors" | "limits" | "onError" | "tracing"> {
  /**
   * What the worker is: a Node `process` of its own, a `thread` of this one,
   * `inline` objects in this very thread, or a `command`, which is a program that
   * calls `serveParent`. Default `process`.
   */
  readonly kind?: WorkerKind | undefined;
  /** What the worker is called in messages and logs. Default: its kind. */
  readonly name?: string | undefined;
  /** The program of a `command`. */
  readonly command?: string | undefined;
  /** What the worker finds in `process.argv` behind its program. Default: nothing. */
  readonly args?: readonly string[] | undefined;
  /** Variables beside those of this process; `undefined` takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** The working directory of a process. Default: this process's. */
  readonly cwd?: string | undefined;
  /** The Node that runs a process. Default: this process's own. */
  readonly execPath?: string | undefined;
  /** Options of Node for a process or thread. Default: this process's own, those of the debugger and of `--eval` apart. */
  readonly execArgv?: readonly string[] | undefined;
  /** Where specifiers are resolved, as `import.meta.url` is: a file's or, with a slash at its end, a directory's URL. Default: the working directory. */
  readonly base?: string | URL | undefined;
  /**
   * What may be imported in it, as for `serveProcess`. Default: everything, as
   * nobody but this process can ask for it.
   */
  readonly allow?: readonly string[] | undefined;
  /** Whether operations on one object run as they arrive, or each after the other. Default `parallel`. */
  readonly execution?: Execution | undefined;
  /** A function of a module, `(operation, owner) => operation()`, that runs all operations in the worker. Default: none. */
  readonly dispatcher?: { readonly module: string | URL; readonly export: string } | undefined;
  /** The memory that a thread may use; of a process, only `maxOldGenerationSizeMb` and `maxYoungGenerationSizeMb`. */
  readonly resourceLimits?: ResourceLimits | undefined;
  /** What takes the worker's records, uncaught errors and lines of output, which then are not shown. Default: nothing. */
  readonly log?: LogCollector | undefined;
  /** The least important records that the worker sends; `worker.setLogLevel` changes it. Default `trace`. */
  readonly logLevel?: LogLevel | undefined;
  /** What becomes of what the worker writes to stdout and stderr, beside being readable: shown by this process, or nothing. Default `inherit`. */
  readonly output?: "inherit" | "ignore" | undefined;
  /** The time in which the worker must be ready. Default 10,000 ms. */
  readonly startTimeoutMs?: number | undefined;
  /** The time in which disposing the worker stops it. Default 5,000 ms. */
  readonly stopTimeoutMs?: number | undefined;
  /**
   * What its objects are reached over in the place of the private link: one that
   * another process can build, and a random key with it; for processes only.
   * Default: that link.
   */
  readonly transport?: Transport | undefined;
  /** Whether the worker is started again when it ends. Default: it is not. */
  readonly restart?: RestartOptions | undefined;
  /** Whether the worker outlives this process: then it is started with `DetachedOptions`. Default `false`. */
  readonly detached?: false | undefined;
  /** Ends the start. */
  readonly signal?: AbortSignal | undefined;
}

/** Options with nothing left open. */
export interface SpawnSettings {
  readonly kind: WorkerKind;
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string | undefined;
  readonly execArgv: readonly string[];
  readonly base: string;
  readonly allow: readonly string[] | undefined;
  readonly execution: Execution;
  readonly dispatcher: { readonly module: string; readonly export: string } | undefined;
  readonly resourceLimits: ResourceLimits | undefined;
  readonly log: LogCollector | undefined;
  readonly logLevel: LogLevel;
  readonly output: "inherit" | "ignore";
  readonly startTimeoutMs: number;
  readonly stopTimeoutMs: number;
  readonly transport: Transport | undefined;
  readonly restart: RestartSettings | undefined;
  readonly signal: AbortSignal | undefined;
  readonly session: Pick<SessionOptions, "callTimeoutMs" | "errors" | "limits" | "onError" | "tracing">;
}

const KINDS: readonly WorkerKind[] = ["process", "thread", "inline", "command"];

/** Which options are of no use to which kinds, so that asking for them is a mistake. */
const FOREIGN: Readonly<Record<WorkerKind, readonly (keyof SpawnOptions)[]>> = {
  process: ["command"],
  // The native code of ZeroMQ aborts the whole process when its thread is ended by force.
  thread: ["command", "cwd", "execPath", "transport"],
  inline: ["transport", "command", "args", "env", "cwd", "execPath", "execArgv", "resourceLimits"],
  command: ["execPath", "execArgv", "resourceLimits"],
};

/** Options of Node that concern only this process, and how many arguments follow them. */
const OWN_ARGUMENTS: ReadonlyMap<string, number> = new Map([
  ...["-e", "--eval", "-p", "--print", "-pe"].map((name): [string, number] => [name, 1]),
  ...["--input-type", "--inspect", "--inspect-brk", "--inspect-wait", "--inspect-port", "--test", "-i"].map(
    (name): [string, number] => [name, 0],
  ),
]);

/** Checks the options and fills in the defaults. Throws a `TypeError` that names the option which makes no sense. */
export function completeSpawn(options: SpawnOptions): SpawnSettings {
  const { kind = "process", dispatcher, startTimeoutMs = 10_000, stopTimeoutMs = 5_000, output = "inherit" } = options;
  checkOptions(options, kind, output);
  checkTime("startTimeoutMs", startTimeoutMs);
  checkTime("stopTimeoutMs", stopTimeoutMs);
  const { callTimeoutMs, errors, limits, onError, tracing } = options;
  return {
    kind,
    name: options.name ?? kind,
    command: options.command ?? options.execPath ?? process.execPath,
    args: options.args ?? [],
    env: { ...process.env, ...options.env },
    cwd: options.cwd,
    execArgv: options.execArgv ?? inheritedArguments(process.execArgv),
    base: options.base === undefined ? workingDirectory() : new URL(options.base).href,
    allow: options.allow,
    execution: readExecution(options.execution ?? "parallel"),
    dispatcher: dispatcher && { module: String(dispatcher.module), export: dispatcher.export },
    resourceLimits: options.resourceLimits,
    log: options.log,
    logLevel: readLevel(options.logLevel ?? "trace"),
    output,
    startTimeoutMs,
    stopTimeoutMs,
    transport: options.transport,
    restart: options.restart && completeRestart(options.restart),
    signal: options.signal,
    session: { callTimeoutMs, errors, limits, onError, tracing },
  };
}

function checkOptions(options: SpawnOptions, kind: WorkerKind, output: unknown): void {
  if (!KINDS.includes(kind)) throw new TypeError(`kind is ${String(kind)}; expected one of ${KINDS.join(", ")}`);
  const foreign = FOREIGN[kind].find((name) => options[name] !== undefined);
  if (foreign) throw new TypeError(`${foreign} has no meaning for a worker of the kind "${kind}"`);
  if (options.allow !== undefined) checkAllow(options.allow);
  if (kind === "command" && !options.command) throw new TypeError('command is missing: the kind "command" runs it');
  if (output === "inherit" || output === "ignore") return;
  throw new TypeError(`output is ${String(output)}; expected "inherit" or "ignore"`);
}

/** Leaves out what concerns only this process: what it evaluates, and its debugger. */
function inheritedArguments(own: readonly string[]): string[] {
  const inherited: string[] = [];
  for (let index = 0; index < own.length; index += 1) {
    const argument = own[index] ?? "";
    const following = OWN_ARGUMENTS.get(argument.split("=", 1)[0] ?? "");
    if (following === undefined) inherited.push(argument);
    else index += following;
  }
  return inherited;
}
