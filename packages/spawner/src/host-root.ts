/**
 * What a worker serves to whoever holds it.
 *
 * @module
 */

import { availableParallelism } from "node:os";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { threadId } from "node:worker_threads";
import { byReference } from "@fourwire/proxy";
import { isCopyable } from "./copyable.ts";
import { whileImporting } from "./during-import.ts";
import { SpawnError } from "./errors.ts";
import { type Dispatcher, type Execution, type Executor, readExecution } from "./execution.ts";
import { importModule } from "./import-module.ts";
import type { Lifetimes } from "./lifetimes.ts";
import { createModuleView } from "./module-view.ts";
import { checkAllowed, findModule } from "./specifier.ts";

/** What the parent tells a worker before anything else; plain data. */
export interface HostSettings {
  /** Where specifiers are resolved. */
  readonly base: string;
  readonly execution: Execution;
  /** A function of a module that runs operations in place of the worker. */
  readonly dispatcher: { readonly module: string; readonly export: string } | undefined;
}

/** What a worker says about itself. */
export interface HostInfo {
  readonly pid: number;
  readonly threadId: number;
  readonly nodeVersion: string;
  readonly parallelism: number;
}

/** What the root works with. */
export interface HostRootOptions {
  readonly executor: Executor;
  readonly lifetimes: Lifetimes;
  /** The modules that may be imported; all of them over the parent's own private link. */
  readonly allow: readonly string[] | undefined;
  readonly base: string;
  /** Ends the worker; absent where clients may not. */
  readonly leave: (() => void) | undefined;
}

/** The root of a worker. Every member may be called by whoever holds the worker. */
export class HostRoot {
  readonly #executor: Executor;
  readonly #lifetimes: Lifetimes;
  readonly #allow: readonly string[] | undefined;
  readonly #leave: (() => void) | undefined;
  readonly #names = new Map<string, unknown>();
  readonly #views = new Map<string, object>();
  #base: string;

  constructor({ executor, lifetimes, allow, base, leave }: HostRootOptions) {
    this.#executor = executor;
    this.#lifetimes = lifetimes;
    this.#allow = allow;
    this.#base = base;
    this.#leave = leave;
  }

  /** Takes the parent's settings; only over its private link, where everything is allowed. */
  async begin({ base, execution, dispatcher }: HostSettings): Promise<HostInfo> {
    this.#requireParent("configure");
    this.#base = base;
    this.#executor.execution = readExecution(execution);
    if (dispatcher) this.#executor.dispatcher = await this.#importDispatcher(dispatcher.module, dispatcher.export);
    return this.info();
  }

  info(): HostInfo {
    return { pid: process.pid, threadId, nodeVersion: process.version, parallelism: availableParallelism() };
  }

  /** Imports a module, which is the same object for all who import it. */
  async importModule(specifier: string): Promise<object> {
    const found = await findModule(String(specifier), this.#base);
    if (this.#allow) checkAllowed(found, this.#allow, this.#base);
    const known = this.#views.get(found.specifier);
    if (known) return byReference(known);
    const namespace = await this.#load(found.specifier, found.subject);
    const view = this.#views.get(found.specifier) ?? createModuleView(namespace);
    this.#views.set(found.specifier, view);
    return byReference(view);
  }

  /** Makes an instance of `module#Class`, with arguments. From Pizco's `instantiate`. */
  async instantiate(target: string, args: readonly unknown[]): Promise<object> {
    const [specifier = "", name = "default"] = String(target).split("#");
    const found = await findModule(specifier, this.#base);
    if (this.#allow) checkAllowed(found, this.#allow, this.#base);
    const namespace = await this.#load(found.specifier, found.subject);
    const type: unknown = name.startsWith("_") ? undefined : Reflect.get(namespace, name);
    if (typeof type !== "function") throw new SpawnError("NOT_FOUND", `"${specifier}" has no class "${name}"`);
    const instance: object = Reflect.construct(type, args);
    this.#lifetimes.own(instance);
    return byReference(instance);
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

  /** Disposes everything that was constructed for others, and returns the messages of what failed. */
  async shutdown(): Promise<string[]> {
    this.#requireParent("stop");
    this.#names.clear();
    return await this.#lifetimes.disposeAll();
  }

  /** Ends the worker. */
  leave(): void {
    this.#requireParent("stop");
    this.#leave?.();
  }

  #load(specifier: string, subject: string): Promise<object> {
    return whileImporting(subject, () => importModule(specifier, this.#base));
  }

  async #importDispatcher(module: string, name: string): Promise<Dispatcher> {
    const { specifier, subject } = await findModule(module, this.#base);
    const dispatcher: unknown = Reflect.get(await this.#load(specifier, subject), name);
    if (typeof dispatcher !== "function") throw new SpawnError("NOT_FOUND", `"${module}" has no function "${name}"`);
    return (operation, owner) => Reflect.apply(dispatcher, undefined, [operation, owner]);
  }

  #requireParent(deed: string): void {
    if (!this.#leave) throw new SpawnError("NOT_ALLOWED", `Only the parent may ${deed} this worker`);
  }
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
