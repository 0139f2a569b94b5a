/**
 * What a worker serves to whoever holds it.
 *
 * @module
 */

import { availableParallelism } from "node:os";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { getHeapStatistics } from "node:v8";
import { isMainThread, threadId } from "node:worker_threads";
import { byReference } from "@fourwire/proxy";
import type { Recipe } from "@fourwire/transport";
import { constructNamed, findExport } from "./construct-named.ts";
import { isCopyable } from "./copyable.ts";
import { whileImporting } from "./during-import.ts";
import { SpawnError } from "./errors.ts";
import { type Execution, type Executor, readExecution } from "./execution.ts";
import { importModule } from "./import-module.ts";
import type { Lifetimes } from "./lifetimes.ts";
import { type LogLevel, readLevel } from "./log-record.ts";
import { createModuleView } from "./module-view.ts";
import { findSink } from "./record-sink.ts";
import { findModule } from "./specifier.ts";

/** What the parent tells a worker before anything else; plain data. */
export interface HostSettings {
  /** Where specifiers are resolved. */
  readonly base: string;
  /** The modules that may be imported. */
  readonly allow: readonly string[] | undefined;
  readonly execution: Execution;
  /** A function of a module that runs operations in place of the worker. */
  readonly dispatcher: { readonly module: string; readonly export: string } | undefined;
  readonly logLevel: LogLevel;
}

/** What a worker says about itself. */
export interface HostInfo {
  readonly pid: number;
  readonly threadId: number;
  readonly nodeVersion: string;
  readonly parallelism: number;
}

/** Serves this worker over another transport as well, to those who have the key, and gives the address. */
export type ServeOver = (recipe: Recipe, key: string) => Promise<string>;

/** What the root works with. */
export interface HostRootOptions {
  readonly executor: Executor;
  readonly lifetimes: Lifetimes;
  /** The modules that may be imported; all of them over the parent's own private link. */
  readonly allow: readonly string[] | undefined;
  readonly base: string;
  /** Whether the one client is the parent, over its private link. */
  readonly isPrivate: boolean;
  /** Whether it takes one `instantiate` and no more, as a server that was started without an object. */
  readonly isSingle: boolean;
  /** What it has from the start in the place of that. */
  readonly object: object | undefined;
  /** Ends the worker; absent where clients may not. */
  readonly leave: (() => void) | undefined;
  readonly serveOver: ServeOver;
}

/** The root of a worker. Every member may be called by whoever holds the worker. */
export class HostRoot {
  readonly #executor: Executor;
  readonly #lifetimes: Lifetimes;
  #allow: readonly string[] | undefined;
  readonly #isPrivate: boolean;
  readonly #isSingle: boolean;
  readonly #leave: (() => void) | undefined;
  readonly #serveOver: ServeOver;
  readonly #names = new Map<string, unknown>();
  readonly #views = new Map<string, object>();
  #base: string;
  #object: object | undefined;
  #isInstantiating = false;

  constructor({ executor, lifetimes, allow, base, isPrivate, isSingle, object, leave, serveOver }: HostRootOptions) {
    this.#executor = executor;
    this.#lifetimes = lifetimes;
    this.#allow = allow;
    this.#base = base;
    this.#isPrivate = isPrivate;
    this.#isSingle = isSingle;
    this.#leave = leave;
    this.#serveOver = serveOver;
    if (object) this.#keep(object);
  }

  /** What was instantiated first; `connect(address, { name: "object" })` starts there. */
  get object(): object | undefined {
    return this.#object;
  }

  /** Takes the parent's settings; only over its private link, where everything is allowed. */
  async begin({ base, allow, execution, dispatcher, logLevel }: HostSettings): Promise<HostInfo> {
    if (!this.#isPrivate) throw notForClients("configure");
    this.#base = base;
    this.#allow = allow;
    this.setLogLevel(logLevel);
    this.#executor.execution = readExecution(execution);
    if (dispatcher) {
      const run = await findExport(dispatcher.module, dispatcher.export, base, undefined);
      this.#executor.dispatcher = (operation, owner) => run(operation, owner);
    }
    return this.info();
  }

  /** Serves this worker over another transport as well; only for its parent, who alone knows the key. */
  async serveOver(recipe: Recipe, key: string): Promise<string> {
    if (!this.#isPrivate) throw notForClients("configure");
    return await this.#serveOver(recipe, key);
  }

  info(): HostInfo {
    return { pid: process.pid, threadId, nodeVersion: process.version, parallelism: availableParallelism() };
  }

  /** Measures the memory of this process, or of this thread: its heap and what hangs on that. */
  memoryBytes(): number {
    if (isMainThread) return process.memoryUsage.rss();
    const { used_heap_size: heap, external_memory: outside } = getHeapStatistics();
    return heap + outside;
  }

  /** Imports a module, which is the same object for all who import it. */
  async importModule(specifier: string): Promise<object> {
    const found = await findModule(String(specifier), this.#base, this.#allow);
    const known = this.#views.get(found.specifier);
    if (known) return byReference(known);
    const namespace = await this.#load(found.specifier, found.subject);
    const view = this.#views.get(found.specifier) ?? createModuleView(namespace);
    this.#views.set(found.specifier, view);
    return byReference(view);
  }

  /** Makes an instance of `module#Class`, with arguments. From Pizco's `instantiate`. */
  async instantiate(target: string, args: readonly unknown[]): Promise<object> {
    if (this.#isSingle && (this.#object || this.#isInstantiating)) {
      throw new SpawnError("NOT_ALLOWED", "This server has its object already");
    }
    this.#isInstantiating = true;
    try {
      const instance = await constructNamed(String(target), args, this.#base, this.#allow);
      this.#lifetimes.own(instance);
      if (this.#isSingle) this.#keep(instance);
      return byReference(instance);
    } finally {
      this.#isInstantiating = false;
    }
  }

  setObject(name: string, value: unknown): void {
    const previous = this.#names.get(name);
    this.#names.set(String(name), value);
    if (isObject(value)) this.#lifetimes.hold(value);
    if (isObject(previous)) this.#lifetimes.letGo(previous);
  }

  deleteObject(name: string): boolean {
    const previous = this.#names.get(name);
    if (isObject(previous)) this.#lifetimes.letGo(previous);
    return this.#names.delete(name);
  }

  /** Finds what was set; an object by reference, so that all who ask get the same one. */
  getObject(name: string): unknown {
    if (!this.#names.has(name)) throw new SpawnError("NOT_FOUND", `Nothing is set as "${String(name).slice(0, 200)}"`);
    const value = this.#names.get(name);
    return isObject(value) ? byReference(value) : value;
  }

  names(): string[] {
    return [...this.#names.keys()];
  }

  /** Keeps a copy of a value here and gives a reference to it. */
  put(value: object): object {
    if (!isObject(value)) throw new TypeError("put: expected an object");
    return byReference(value);
  }

  /** Copies an object that is held by reference, if it is data all through. */
  copy(value: unknown): unknown {
    if (isCopyable(value)) return value;
    throw new SpawnError("NOT_COPYABLE", "The object is not data all through, so it cannot be copied");
  }

  /** Gives what an object yields, one by one. */
  async *iterate(value: unknown): AsyncGenerator<unknown> {
    if (!isIterable(value)) throw new TypeError("The object cannot be iterated over");
    yield* value;
  }

  setExecution(owner: object, execution: Execution): void {
    this.#executor.set(owner, readExecution(execution));
  }

  /** Sets what is important enough to be sent to the parent, from the next record on. */
  setLogLevel(level: LogLevel): void {
    if (!this.#isPrivate) throw notForClients("configure");
    const sink = findSink();
    if (sink) sink.level = readLevel(level);
  }

  /** Disposes everything that was constructed for others, and returns the messages of what failed. */
  async shutdown(): Promise<string[]> {
    if (!this.#leave) throw notForClients("stop");
    this.#names.clear();
    return await this.#lifetimes.disposeAll();
  }

  /** Ends the worker. */
  leave(): void {
    if (!this.#leave) throw notForClients("stop");
    this.#leave();
  }

  /** Keeps the one object that is served, whoever else lets go of it. */
  #keep(object: object): void {
    this.#object = object;
    this.#lifetimes.own(object);
    this.#lifetimes.hold(object);
  }

  #load(specifier: string, subject: string): Promise<object> {
    return whileImporting(subject, () => importModule(specifier, this.#base));
  }
}

function notForClients(deed: string): SpawnError {
  return new SpawnError("NOT_ALLOWED", `Only whoever started this worker may ${deed} it`);
}

/** Where specifiers are resolved unless somebody says otherwise: the working directory. */
export function workingDirectory(): string {
  return pathToFileURL(`${process.cwd()}/`).href;
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

function isIterable(value: unknown): value is AsyncIterable<unknown> | Iterable<unknown> {
  return isObject(value) && (Symbol.asyncIterator in value || Symbol.iterator in value);
}
