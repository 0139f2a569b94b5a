/**
 * The way from any proxy to what its connection starts at.
 *
 * @module
 */

import { ROOT } from "./operation.ts";
import { createRemote } from "./remote.ts";
import { nodeOf } from "./remote-node.ts";
import type { Remote } from "./types.ts";

/**
 * Returns the proxy of the root that the far end of a proxy's connection
 * serves. The proxy's own options do not go along.
 *
 * Throws a `TypeError` for what is no proxy.
 */
export function rootOf<Root extends object>(proxy: object): Remote<Root> {
  const { endpoint } = nodeOf(proxy, "rootOf");
  const nothing = { imported: undefined, kind: undefined, options: undefined, close: undefined };
  // The root's shape is the served object's, which only the caller knows.
  return createRemote({ ...nothing, endpoint, reference: ROOT, path: [], isResolved: true }) as Remote<Root>;
}
