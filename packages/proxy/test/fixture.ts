/**
 * A served object and its clients, and what tests wait with.
 *
 * @module
 */

import { type OpenOptions, openSession, type Session } from "@fourwire/session";
import type { Transport } from "@fourwire/transport";
import { memory } from "@fourwire/transport/memory";
import { type ConnectOptions, connect, type Remote, type ServeOptions, type Server, serve } from "../src/index.ts";

/** What a stage is made of; everything has a default. */
export interface StageOptions {
  readonly transport?: Transport;
  readonly serve?: Omit<ServeOptions, "transport">;
  readonly connect?: Omit<ConnectOptions, "transport">;
}

/** An object that is served, and one client of it. */
export interface Stage<Object> extends AsyncDisposable {
  readonly transport: Transport;
  readonly server: Server;
  readonly proxy: Remote<Object> & AsyncDisposable;
  /** Connects one client more. */
  join(options?: Omit<ConnectOptions, "transport">): Promise<Remote<Object> & AsyncDisposable>;
  /** Opens a session that speaks to the server without a proxy. */
  open(options?: OpenOptions): Promise<Session>;
}

/** Serves an object at a fresh address and connects to it; closing it closes all. */
export async function stage<Object extends object>(object: Object, options: StageOptions = {}): Promise<Stage<Object>> {
  const { transport = memory() } = options;
  const server = await serve(object, undefined, { ...options.serve, transport });
  const join: Stage<Object>["join"] = (joining) => connect<Object>(server.address, { ...joining, transport });
  const proxy = await join(options.connect);
  return {
    transport,
    server,
    proxy,
    join,
    open: (opening) => openSession(transport, server.address, opening),
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await server.close();
      await transport.close();
    },
  };
}

/** A promise and the functions that settle it. */
export interface Deferred<Value> {
  readonly promise: Promise<Value>;
  resolve(value: Value): void;
  reject(error: unknown): void;
}

export function deferred<Value = void>(): Deferred<Value> {
  let resolve: (value: Value) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<Value>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

/** Returns what a promise rejects with. */
export async function failure(promise: PromiseLike<unknown>): Promise<Error & Record<string, unknown>> {
  const value = await promise.then(
    (resolved) => ({ resolved }),
    (rejected: unknown) => ({ rejected }),
  );
  if ("rejected" in value) return value.rejected as Error & Record<string, unknown>;
  throw new Error(`It resolved with ${String(value.resolved)} although it should have been rejected`);
}

/** Resolves when a condition holds, which is looked at in every turn of the event loop; the test's deadline bounds it. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** Resolves after a few turns of the event loop, in which everything that is ready runs. */
export async function turns(count = 5): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** Gives a proxy any property, for names that its type rightly refuses. */
export function untyped(proxy: object): Remote<Record<string, unknown>> {
  return proxy as Remote<Record<string, unknown>>;
}

/** Gives a proxy any method, for names that its type rightly refuses. */
export function untypedMethods(proxy: object): Remote<Record<string, (...args: unknown[]) => unknown>> {
  return proxy as Remote<Record<string, (...args: unknown[]) => unknown>>;
}
