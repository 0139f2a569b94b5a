/**
 * The worker's own end: what it serves, and what it takes part in.
 *
 * @module
 */

import type { ServedHooks } from "@fourwire/proxy";
import { toError } from "@fourwire/session";
import { buildTransport } from "./build-transport.ts";
import { type Dispatcher, Executor } from "./execution.ts";
import { HostRoot, type ServeOver, workingDirectory } from "./host-root.ts";
import { Lifetimes } from "./lifetimes.ts";
import { type ServedHost, serveHost } from "./serve-host.ts";

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
export interface Host extends ServedHost {
  readonly lifetimes: Lifetimes;
}

/** Makes a worker's own end. */
export function createHost(options: HostOptions): Host {
  const { allow, base = workingDirectory(), isPrivate = false, isSingle = false } = options;
  const { object, leave, dispatcher, onError = () => undefined } = options;
  const executor = new Executor();
  executor.dispatcher = dispatcher;
  const lifetimes = new Lifetimes((error) => onError(toError(error)));
  const serveOver: ServeOver = async (recipe, key) => {
    const server = await serveHost(host, undefined, {
      transport: await buildTransport(recipe, base),
      key,
      heartbeat: {},
    });
    return server.address;
  };
  const root = new HostRoot({ executor, lifetimes, allow, base, isPrivate, isSingle, object, leave, serveOver });
  const hooks: ServedHooks = {
    // The worker itself has to answer while its objects wait for one another.
    run: (owner, operation) => (owner === root ? operation() : executor.run(owner, operation)),
    constructed: (instance) => lifetimes.own(instance),
    given: (value) => lifetimes.hold(value),
    released: (value) => lifetimes.letGo(value),
  };
  const host = { root, hooks, lifetimes, onError };
  return host;
}
