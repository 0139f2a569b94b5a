/**
 * Members of a remote object that are worked on where they are.
 *
 * @module
 */

import { findSyncNode } from "./sync-node.ts";
import { memberOf } from "./sync-place.ts";
import { createSyncRemote } from "./sync-remote.ts";
import type { RemoteSync, RemoteSyncOf } from "./types.ts";

/**
 * Returns a proxy of a member itself, where reading it would give a copy: what is
 * set in it or done to it happens at the server.
 *
 * Sends nothing by itself. Throws a `TypeError` for what is no synchronous proxy.
 *
 * @example
 * ```ts
 * at(robot, "places").set("here", 3);
 * at(at(robot, "arm"), "joints").elbow = 25;
 * ```
 */
export function at<Object, Name extends keyof Object & string>(
  proxy: RemoteSyncOf<Object>,
  name: Name,
): RemoteSync<Object[Name]> {
  const node = findSyncNode(proxy);
  if (!node) throw new TypeError("at: expected a proxy made by connectSync");
  const member = createSyncRemote({ ...node, ...memberOf(node, name), kind: undefined, close: undefined });
  // The member's shape is the served object's, which only its type knows.
  return member as RemoteSync<Object[Name]>;
}
