/**
 * Equality of proxies.
 *
 * @module
 */

import { nodeOf } from "./remote-node.ts";

/**
 * Says whether two proxies stand for the same place: of the same connection, the
 * same object and the same path. Nothing is sent; the options do not matter.
 *
 * Throws a `TypeError` for what is no proxy.
 */
export function sameRemote(left: object, right: object): boolean {
  const one = nodeOf(left, "sameRemote");
  const other = nodeOf(right, "sameRemote");
  if (one.endpoint !== other.endpoint || one.result !== other.result) return false;
  if (!one.result && one.reference !== other.reference) return false;
  return one.path.length === other.path.length && one.path.every((name, index) => name === other.path[index]);
}
