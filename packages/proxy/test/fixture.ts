/**
 * A served object and its clients, and what tests wait with.
 *
 * @module
 */

import { type OpenOptions, openSession, type Session } from "@fourwire/session";
import type { Transport } from "@fourwire/transport";
import { memory } from "@fourwire/transport/memory";
import { type ConnectOptions, connect, type Remote, type ServeOptions, type Server, serve } from "../src/index.ts";

export type { Deferred } from "@fourwire/test-kit";
export { deferred, failure, until } from "@fourwire/test-kit";

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
