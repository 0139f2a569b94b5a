/**
 * A worker as whoever started it uses it.
 *
 * @module
 */

import type { Readable } from "node:stream";
import { ping as pingRemote, type Received, type Remote } from "@fourwire/proxy";
import { checkTime } from "./check-time.ts";
import { SpawnError } from "./errors.ts";
import { describeExit, type Exit } from "./exit.ts";
import type { HostInfo, HostRoot } from "./host-root.ts";
import type { Introduced } from "./introduce.ts";
import { withStderr } from "./introduce.ts";
import type { LineTail } from "./line-tail.ts";
import { type LogLevel, readLevel } from "./log-record.ts";
import type { Runtime, WorkerKind } from "./runtime.ts";
import type { SpawnSettings } from "./spawn-options.ts";
import { type StopReport, stopWorker } from "./stop-worker.ts";

/** What objects are reached through: a worker of this process's own, or one elsewhere. */
export interface ObjectSource {
  /**
   * Imports a module there and gives it as a remote object: functions are
   * methods, classes are constructed with `new`, everything else is read.
   *
   * A relative specifier is resolved against the worker's `base`, never against
   * the module that calls this; a `URL` says where it is by itself. Rejects with
   * `NOT_FOUND`, with what the module throws, or with `NOT_ALLOWED`. From
   * Pyacq's `_import`.
   */
  import<Module extends object>(specifier: string | URL): Promise<Remote<Module> & Disposable>;
  /** Makes a value or an object known there by a name. From Pyacq's `client[name] = object`. */
  set(name: string, value: unknown): Promise<void>;
  /** Finds what was set; an object by reference. Rejects with `NOT_FOUND`. From Pyacq's `client[name]`. */
  get<Value>(name: string): Promise<Received<Value>>;
  /** Takes a name away, and says whether it was there. */
  delete(name: string): Promise<boolean>;
  /** Lists the names. */
  names(): Promise<string[]>;
  /** Copies a value there and gives a reference to the copy. From Pyacq's `transfer`. */
  put<Value extends object>(value: Value): Promise<Remote<Value> & Disposable>;
  /** Measures a round trip through its event loop, in ms. */
  ping(options?: { readonly signal?: AbortSignal | undefined }): Promise<number>;
}

/** A worker that this process started. Disposing it stops it. */
export interface Worker extends ObjectSource, AsyncDisposable {
  readonly name: string;
  readonly kind: WorkerKind;
  /** The id of the process that it runs in, which for threads and inline workers is this one. */
  readonly pid: number;
  /** How many times it was started anew; see `restart`. */
  readonly restarts: number;
  /** What it said about itself when it was ready. */
  readonly info: HostInfo;
  /** What it writes, from its start; absent for inline workers. */
  readonly stdout: Readable | undefined;
  readonly stderr: Readable | undefined;
  /** Settles, and never rejects, once it has ended. */
  readonly exited: Promise<Exit>;
  /** Measures the memory that it takes up: of a process all that is resident, of a thread its heap and the buffers that hang on it. */
  memoryBytes(): Promise<number>;
  /** Sets the least important records that it sends, from the next one on. */
  setLogLevel(level: LogLevel): Promise<void>;
  /**
   * Stops it: disposes what was constructed in it, lets it leave, and after a
   * part of the time sends SIGTERM and SIGKILL to it and all it started.
   * `timeoutMs`: by when it has ended at the latest. Safe to call twice.
   */
  stop(options?: { readonly timeoutMs?: number | undefined }): Promise<StopReport>;
  /** Ends it and all it started at once. Pending calls reject. Default signal: SIGKILL. */
  kill(signal?: NodeJS.Signals): Promise<Exit>;
}

/** Makes the worker of a runtime that is ready. */
export function createWorker(
  runtime: Runtime,
  { root, objects, info }: Introduced,
  settings: SpawnSettings,
  stderr: LineTail,
): Worker {
  const { name, stopTimeoutMs } = settings;
  const state: { exit?: Exit; stopping?: Promise<StopReport> } = {};
  const over = (): SpawnError | undefined => {
    if (!state.exit) return undefined;
    const message = `The worker "${name}" ${describeExit(state.exit)}`;
    return new SpawnError("EXITED", withStderr(message, stderr), { exit: state.exit });
  };
  const exited = runtime.exited.then(async (exit) => {
    state.exit = exit;
    // Of another transport only the worker's end says at once that it is gone.
    if (objects !== root) await objects[Symbol.asyncDispose]();
    await runtime.transport.close();
    return exit;
  });
  const stop: Worker["stop"] = ({ timeoutMs = stopTimeoutMs } = {}) => {
    checkTime("timeoutMs", timeoutMs);
    state.stopping ??= stopWorker({ ...runtime, exited }, root, timeoutMs);
    return state.stopping;
  };
  return {
    ...createObjectSource(objects, over),
    name,
    kind: runtime.kind,
    pid: info.pid,
    restarts: 0,
    info,
    stdout: runtime.stdout,
    stderr: runtime.stderr,
    exited,
    memoryBytes: async () => await root.memoryBytes(),
    setLogLevel: async (level) => await root.setLogLevel(readLevel(level)),
    stop,
    async kill(signal = "SIGKILL") {
      if (!state.exit) runtime.signal(signal);
      return await exited;
    },
    async [Symbol.asyncDispose]() {
      await stop();
    },
  };
}

/** Makes the way to the objects behind a worker's root. `over` says why nothing can be asked any more. */
export function createObjectSource(root: Remote<HostRoot>, over: () => Error | undefined): ObjectSource {
  const use = async <Result>(ask: () => Promise<Result>): Promise<Result> => {
    const reason = over();
    if (reason) throw reason;
    try {
      return await ask();
    } catch (error) {
      throw over() ?? error;
    }
  };
  return {
    import: (specifier) => use(async () => retype(await root.importModule(String(specifier)))),
    set: (name, value) => use(() => root.setObject(name, value)),
    get: (name) => use(async () => retype(await root.getObject(name))),
    delete: (name) => use(() => root.deleteObject(name)),
    names: () => use(() => root.names()),
    put: (value) => use(async () => retype(await root.put(value))),
    ping: (options) => use(() => pingRemote(root, options)),
  };
}

/** Gives what arrived the type that only the caller knows. */
function retype<Type>(value: unknown): Type {
  return value as Type;
}
