/**
 * A served state and its clients, and what tests wait with.
 *
 * @module
 */

import type { Transport } from "@fourwire/transport";
import { memory } from "@fourwire/transport/memory";
import {
  type ConnectStateOptions,
  connectState,
  type ServeStateOptions,
  type State,
  type StateServer,
  serveState,
} from "../src/index.ts";

/** What a stage is made of; everything has a default. */
export interface StageOptions {
  readonly transport?: Transport;
  readonly serve?: Omit<ServeStateOptions, "transport">;
  readonly connect?: Omit<ConnectStateOptions, "transport">;
}

/** A state that is served, and one client of it. */
export interface Stage<Shape extends object> extends AsyncDisposable {
  readonly transport: Transport;
  readonly server: StateServer;
  readonly state: State<Shape>;
  /** Connects one client more. */
  join<Other extends object = Shape>(options?: Omit<ConnectStateOptions, "transport">): Promise<State<Other>>;
}

// biome-ignore lint/suspicious/noExplicitAny: tests put into a state whatever they like.
export type Anything = Record<string, any>;

/** Serves a state at a fresh address and connects to it; closing it closes all. */
export async function stage<Shape extends object = Anything>(options: StageOptions = {}): Promise<Stage<Shape>> {
  const { transport = memory() } = options;
  const server = await serveState({ ...options.serve, transport });
  const clients: AsyncDisposable[] = [];
  const join: Stage<Shape>["join"] = async <Other extends object = Shape>(joining = {}) => {
    const client = await connectState<Other>(server.address, { ...joining, transport });
    clients.push(client);
    return client;
  };
  const state = await join<Shape>(options.connect);
  return {
    transport,
    server,
    state,
    join,
    async [Symbol.asyncDispose]() {
      for (const client of clients) await client[Symbol.asyncDispose]();
      await server.close();
      await transport.close();
    },
  };
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

/** A promise and what settles it. */
export interface Deferred<Value> {
  readonly promise: Promise<Value>;
  resolve(value: Value): void;
}

export function deferred<Value = void>(): Deferred<Value> {
  let resolve: (value: Value) => void = () => undefined;
  const promise = new Promise<Value>((onResolve) => {
    resolve = onResolve;
  });
  return { promise, resolve };
}

/** Reads so many items and leaves. */
export async function take<Item>(items: AsyncIterable<Item>, count: number): Promise<Item[]> {
  const taken: Item[] = [];
  if (count === 0) return taken;
  for await (const item of items) {
    taken.push(item);
    if (taken.length === count) break;
  }
  return taken;
}

/** Resolves when a condition holds, which is looked at in every turn of the event loop; the test's deadline bounds it. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** Resolves after a few turns of the event loop, in which everything that is ready runs. */
export async function turns(count = 5): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}
