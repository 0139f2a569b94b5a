/**
 * What one does with an object in a worker beside calling its methods.
 *
 * @module
 */

import { rootOf } from "@fourwire/proxy";
import type { Execution } from "./execution.ts";
import type { HostRoot } from "./host-root.ts";

/**
 * Copies an object that is held by reference. Rejects with `NOT_COPYABLE` for
 * what is not data all through. From Pyacq's `_get_value`, which gave a proxy
 * then.
 */
export async function copyOf<Value>(proxy: object): Promise<Value> {
  return retype(await rootOf<HostRoot>(proxy).copy(proxy));
}

/**
 * Iterates over an object in a worker: what it yields, in order, never more than
 * the stream's window ahead of the reader. Leaving the loop ends the iteration
 * there.
 */
export async function* iterate<Item>(proxy: object): AsyncGenerator<Item, void, undefined> {
  for await (const item of await rootOf<HostRoot>(proxy).iterate(proxy)) yield retype(item);
}

/**
 * Sets how operations on one object in a worker run from the next one on: as
 * they arrive, or each after the one before it has settled. An object that waits
 * for a call of itself then waits for ever.
 */
export async function setExecution(proxy: object, execution: Execution): Promise<void> {
  await rootOf<HostRoot>(proxy).setExecution(proxy, execution);
}

/** Gives what arrived the type that only the caller knows. */
function retype<Type>(value: unknown): Type {
  return value as Type;
}
