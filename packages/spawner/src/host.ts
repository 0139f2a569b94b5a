/**
 * The worker's own end: what it serves, and what it takes part in.
 *
 * @module
 */

import type { ServedHooks } from "@fourwire/proxy";
import { toError } from "@fourwire/session";
import { type Dispatcher, Executor } from "./execution.ts";
import { HostRoot, workingDirectory } from "./host-root.ts";
import { Lifetimes } from "./lifetimes.ts";

/** How a worker behaves. */
export interface HostOptions {
  /** The modules that may be imported. Default: all. */
  readonly allow?: readonly string[] | undefined;
  /** Where specifiers are resolved. Default: the working directory. */
  readonly base?: string | undefined;
  /** Whether the one client is the parent, over its private link. Default `false`. */
  readonly isPrivate?: boolean | undefined;
  /** Whether it takes one `instantiate` and no more. Default `false`. */
  readonly isSingle?: boolean | undefined;
  /** What `isSingle` has from the start. */
  readonly object?: object | undefined;
  /** Ends the worker; absent where clients may not. */
  readonly leave?: (() => void) | undefined;
  readonly dispatcher?: Dispatcher | undefined;
  readonly onError?: ((error: Error) => void) | undefined;
}

/** A worker's own end. */
export interface Host {
  readonly root: HostRoot;
  readonly hooks: ServedHooks;
  readonly lifetimes: Lifetimes;
  readonly onError: (error: Error) => void;
}

/** Makes a worker's own end. */
export function createHost(options: HostOptions): Host {
  const { allow, base = workingDirectory(), isPrivate = false, isSingle = false } = options;
  const { object, leave, dispatcher, onError = () => undefined } = options;
  const executor = new Executor();
  executor.dispatcher = dispatcher;
  const lifetimes = new Lifetimes((error) => onError(toError(error)));
  const root = new HostRoot({ executor, lifetimes, allow, base, isPrivate, isSingle, object, leave });
  const hooks: ServedHooks = {
    // The worker itself has to answer while its objects wait for one another.
    run: (owner, operation) => (owner === root ? operation() : executor.run(owner, operation)),
    constructed: (instance) => lifetimes.own(instance),
    given: (value) => lifetimes.hold(value),
    released: (value) => lifetimes.letGo(value),
  };
  return { root, hooks, lifetimes, onError };
}
