/**
 * Proxies that own what their object lives in.
 *
 * @module
 */

import { createRemote } from "./remote.ts";
import { nodeOf } from "./remote-node.ts";

/**
 * Returns the same proxy with an end of its own: disposing it asynchronously
 * calls a function, such as one that stops the process that the object is in.
 *
 * Throws a `TypeError` for what is no proxy.
 */
export function closeWith<Proxy extends object>(proxy: Proxy, close: () => Promise<void>): Proxy & AsyncDisposable {
  // It has the same members, and one symbol more.
  return createRemote({ ...nodeOf(proxy, "closeWith"), close }) as Proxy & AsyncDisposable;
}
