/**
 * Where a proxy points.
 *
 * @module
 */

import type { OutgoingCall, Session } from "@fourwire/session";
import type { Agents, AgentsOptions } from "./agents.ts";
import type { Imported, References } from "./references.ts";
import type { RemoteSignals } from "./remote-signal.ts";
import type { RepeatOptions, repeatCall } from "./repeat.ts";

/** How a proxy makes its calls. */
export interface ProxyOptions extends RepeatOptions {
  /** Whether calls are notifications: sent, and not answered. */
  readonly oneWay?: boolean | undefined;
  /** What makes calls again; along with `repeat`, so that who repeats none need not load it. */
  readonly repeatCall?: typeof repeatCall | undefined;
}

/** The result of a call before it is here, as what is below it sees it. */
export interface ResultPlace {
  /** What was called, for messages. */
  readonly label: string;
  /**
   * Has the result stay at the far end and returns the reference to use it by,
   * in this turn; nothing when the call has left already, or never will. Throws
   * `NOT_KEPT` when the turn is over.
   */
  keep(): number | undefined;
  /**
   * Hands the result to a function once it is here. Afterwards it is let go of
   * if it was only used as a path in the turn of its call.
   */
  afterwards(use: (result: unknown) => unknown): Promise<unknown>;
}

/** The connection of a proxy, as the proxy sees it. */
export interface ProxyConnection {
  readonly address: string;
  readonly session: Session;
  readonly signals: RemoteSignals;
  readonly references: References;
  /** Returns both agents of the connection, made at the first time. */
  agents(create: (options: AgentsOptions) => Agents): Agents;
  /** Sends an operation on what a node points at. */
  send(node: RemoteNode, operation: number, args: readonly unknown[]): Promise<unknown>;
  /** Calls what a node points at. What is called on the promise before it is settled goes along. */
  callRemote(node: RemoteNode, args: readonly unknown[]): Promise<unknown>;
  /** Starts a call of what a node points at. Throws what keeps it from leaving. */
  start(call: OutgoingCall, node: RemoteNode, args: readonly unknown[]): void;
}

/** Where a proxy points, and how it calls. */
export interface RemoteNode {
  readonly endpoint: ProxyConnection;
  /** The number of what the path begins at. */
  readonly reference: number;
  /** What the path begins at instead, when that is the result of a call. */
  readonly result?: ResultPlace | undefined;
  /** What is known of that, when it arrived by reference. */
  readonly imported: Imported | undefined;
  /** What arrived: an object or a function. */
  readonly kind: number | undefined;
  readonly path: readonly string[];
  readonly options: ProxyOptions | undefined;
  /** Whether it stands for a thing itself, a root or a reference, which is not a promise of anything. */
  readonly isResolved: boolean;
  /** Closes the connection, on the proxy that `connect` returned. */
  readonly close: (() => Promise<void>) | undefined;
}

/** The key under which a proxy gives its node to this package, and to nobody else. */
export const NODE: unique symbol = Symbol("fourwire.node");

/** Finds where a proxy points; nothing for anything else. */
export function findNode(value: unknown): RemoteNode | undefined {
  const isProxy = typeof value === "function" || (typeof value === "object" && value !== null);
  const node: unknown = isProxy ? Reflect.get(value, NODE) : undefined;
  return isNode(node) ? node : undefined;
}

/** Finds where a proxy points. Throws a `TypeError` for anything else. */
export function nodeOf(proxy: unknown, user: string): RemoteNode {
  const node = findNode(proxy);
  if (!node) throw new TypeError(`${user}: expected a proxy made by connect`);
  return node;
}

/** Points at a member. */
export function memberOf(parent: RemoteNode, name: string): RemoteNode {
  return { ...parent, path: [...parent.path, name], isResolved: false, close: undefined };
}

function isNode(value: unknown): value is RemoteNode {
  return typeof value === "object" && value !== null && "endpoint" in value && "path" in value;
}
