/**
 * Where a synchronous proxy points.
 *
 * @module
 */

import type { Imported } from "../references.ts";
import type { Operate, SyncPlace } from "./sync-place.ts";
import type { SyncSignals } from "./sync-signals.ts";

/** The connection of a synchronous proxy, as the proxy sees it. */
export interface SyncConnection {
  readonly address: string;
  readonly signals: SyncSignals;
  readonly operate: Operate;
  /** Lets go of something of the server's. */
  release(imported: Imported): void;
}

/** Where a synchronous proxy points. */
export interface SyncNode extends SyncPlace {
  readonly connection: SyncConnection;
  /** What arrived: an object or a function. */
  readonly kind: number | undefined;
  /** Closes the connection, on the proxy that `connectSync` returned. */
  readonly close: (() => void) | undefined;
}

/** The key under which a synchronous proxy gives its node to this folder, and to nobody else. */
export const SYNC_NODE: unique symbol = Symbol("fourwire.syncNode");

/** Finds where a synchronous proxy points; nothing for anything else. */
export function findSyncNode(value: unknown): SyncNode | undefined {
  const isProxy = typeof value === "function" || (typeof value === "object" && value !== null);
  const node: unknown = isProxy ? Reflect.get(value, SYNC_NODE) : undefined;
  return isNode(node) ? node : undefined;
}

function isNode(value: unknown): value is SyncNode {
  return typeof value === "object" && value !== null && "connection" in value;
}
