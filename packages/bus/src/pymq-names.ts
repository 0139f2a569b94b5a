/**
 * PyMQ's own names, for programs that are moved over line by line.
 *
 * They are the functions of the global bus under the names that Python has, with
 * Python's order of arguments and times in seconds.
 *
 * @module
 */

import type { RpcAnswer } from "./call-options.ts";
import { BusError } from "./errors.ts";
import type { EventClass } from "./event.ts";
import type { Published } from "./events.ts";
import { bus, expose as exposeGlobal, remove, subscribe as subscribeGlobal } from "./global.ts";
import { type AnyFunction, nameOf } from "./method-names.ts";
import type { EventHandler } from "./subscription.ts";

export { init, shutdown } from "./global.ts";

/** Publishes an event on the channel of its class's name, or on another, and returns how many received it. */
export async function publish(event: unknown, channel?: string): Promise<number | undefined> {
  const isInstance = typeof event === "object" && event !== null && channel === undefined;
  const published: Published = await (isInstance ? bus().publish(event) : bus().publish(channel ?? "", event));
  return published.receivers;
}

/** Handles the events of a channel or a class. `pattern` is not needed: a channel with wildcards is one. */
export async function subscribe<Event>(
  callback: EventHandler<Event>,
  channel: string | EventClass<Event & object>,
): Promise<void> {
  await subscribeGlobal<Event>(channel, callback);
}

/** Handles a callback's events no more. */
export async function unsubscribe(callback: AnyFunction): Promise<void> {
  await remove(callback);
}

/** Handles the events of a channel or a class: the early name of `subscribe`. */
export async function add_listener<Event>(
  callback: EventHandler<Event>,
  channel: string | EventClass<Event & object>,
): Promise<void> {
  await subscribe(callback, channel);
}

/** Handles a callback's events no more: the early name of `unsubscribe`. */
export async function remove_listener(callback: AnyFunction): Promise<void> {
  await unsubscribe(callback);
}

/** Serves a function by its name, or another. */
export async function expose(fn: AnyFunction, channel?: string): Promise<void> {
  await exposeGlobal(fn, channel ?? nameOf(fn));
}

/** Serves a function no more. */
export async function unexpose(target: string | AnyFunction): Promise<void> {
  await remove(target);
}

/** Calls a function at all its servers: a list of `{ result }` and `{ error }`. */
export async function rpc(
  target: string | AnyFunction,
  ...args: readonly unknown[]
): Promise<readonly RpcAnswer<unknown>[]> {
  return await bus().rpc(nameOf(target), ...args);
}

/** How a stub is made. */
export interface StubOptions {
  /** In seconds. Default: the bus's `rpcTimeoutMs`. */
  readonly timeout?: number | undefined;
  /** Whether all servers are asked for their results, and a list comes back. Default `false`. */
  readonly multi?: boolean | undefined;
}

/** Makes a remote function. Where nobody serves it, it comes to `undefined`, or to an empty list with `multi`. */
export function stub(
  target: string | AnyFunction,
  { timeout, multi = false }: StubOptions = {},
): (...args: readonly unknown[]) => Promise<unknown> {
  const remote = bus().stub(nameOf(target), { timeoutMs: timeout === undefined ? undefined : timeout * 1_000 });
  if (multi) return async (...args) => (await remote.rpc(...args)).map(({ result, error }) => error ?? result);
  return async (...args) => {
    try {
      return await remote.first(...args);
    } catch (error) {
      if (error instanceof BusError && error.code === "NO_SERVER") return undefined;
      throw error;
    }
  };
}

/** A queue with Python's names. */
export interface PyQueue<Value> {
  put(item: Value): Promise<void>;
  put_nowait(item: Value): Promise<void>;
  /** Waits for an item, for so many seconds if given. Rejects with `EMPTY`. */
  get(block?: boolean, timeout?: number): Promise<Value>;
  get_nowait(): Promise<Value>;
  qsize(): Promise<number>;
  empty(): Promise<boolean>;
}

/** Takes a queue in the hand. */
export function queue<Value = unknown>(name: string): PyQueue<Value> {
  const inner = bus().queue<Value>(name);
  const put = async (item: Value): Promise<void> => void (await inner.put(item));
  const get = async (timeoutMs: number | undefined): Promise<Value> => await inner.get({ timeoutMs });
  return {
    put,
    put_nowait: put,
    get: (block = true, timeout = undefined) => get(block ? timeout && timeout * 1_000 : 0),
    get_nowait: () => get(0),
    qsize: async () => (await inner.size()).ready,
    empty: () => inner.empty(),
  };
}
