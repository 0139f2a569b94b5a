/**
 * A server and a client in conversation, and what tests wait with.
 *
 * @module
 */

import { deferred } from "@fourwire/test-kit";
import type { Transport } from "@fourwire/transport";
import { memory } from "@fourwire/transport/memory";
import {
  type Handler,
  type OpenOptions,
  openSession,
  type ServeOptions,
  type Session,
  type SessionServer,
  serveSessions,
} from "../src/index.ts";

export type { Deferred } from "@fourwire/test-kit";
export { deferred, failure } from "@fourwire/test-kit";

/** Functions that a test serves, by the name that is a call's target. */
export type Functions = Readonly<Record<string, (...args: never[]) => unknown>>;

/** What a conversation is made of; everything has a default. */
export interface ConverseOptions {
  readonly transport?: Transport;
  readonly functions?: Functions;
  readonly serve?: ServeOptions;
  readonly open?: OpenOptions;
}

/** A client's session, and the server that it is with. */
export interface Conversation extends AsyncDisposable {
  readonly transport: Transport;
  readonly server: SessionServer;
  readonly client: Session;
  /** The server's end of the client's session. */
  readonly served: Session;
}

/** Serves functions at a fresh address and opens a session there; closing it closes all. */
export async function converse(options: ConverseOptions = {}): Promise<Conversation> {
  const { transport = memory(), functions = {} } = options;
  const accepted = deferred<Session>();
  const createHandler = (session: Session): Handler => {
    accepted.resolve(session);
    return handlerOf({ echo: (value: unknown) => value, ...functions });
  };
  const server = await serveSessions(transport, undefined, createHandler, options.serve);
  const client = await openSession(transport, server.address, options.open);
  const served = await accepted.promise;
  return {
    transport,
    server,
    client,
    served,
    async [Symbol.asyncDispose]() {
      await Promise.all([client.close(), server.close()]);
      await transport.close();
    },
  };
}

/** What calls of functions that are not there reject with. */
export const NO_FUNCTION = "There is no such function";

/** Makes a handler of functions: a call's target is a function's name. */
export function handlerOf(functions: Functions): Handler {
  const run = (target: unknown, args: readonly unknown[]): unknown => {
    const found = typeof target === "string" ? functions[target] : undefined;
    if (!found) throw new Error(NO_FUNCTION);
    return Reflect.apply(found, undefined, args);
  };
  return { call: run, notify: run };
}

/** Resolves with a signal's reason once it aborts. */
export function aborted(signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(signal.reason);
    else signal.addEventListener("abort", () => resolve(signal.reason), { once: true });
  });
}

/** Resolves when a condition holds, which is looked at in every turn of the event loop. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** Resolves after a few turns of the event loop, in which everything that is ready runs. */
export async function turns(count = 5): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}
