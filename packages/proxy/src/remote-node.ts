/**
 * Where a proxy points.
 *
 * @module
 */

import type { OutgoingCall, Session } from "@fourwire/session";
import type { Agents, AgentsOptions } from "./agents.ts";
import type { Offer } from "./hand-over/offer.ts";
import type { Claim, OwnerPlace } from "./hand-over/token.ts";
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

/** Where the owner itself has what another end handed over. */
export interface DirectPlace {
  readonly endpoint: ProxyConnection;
  readonly reference: number;
  readonly imported: Imported;
}

/** The direct way to what another end handed over. */
export interface DirectWay {
  /** Where it leads; nothing while that is not known, and when there is none. */
  readonly place: DirectPlace | undefined;
  /** Whether it is still unknown if there is one. */
  readonly isPending: boolean;
  /** Follows it once that is known. Rejects with the reason of the node's own signal. */
  arrival(node: RemoteNode): Promise<RemoteNode>;
  /** Starts a call once that is known. */
  start(call: OutgoingCall, node: RemoteNode, args: readonly unknown[]): void;
  /** Lets go of what it leads to. */
  release(): void;
}

/** What one end has to do with hand-overs: every end as a holder, some as the third, and as an owner. */
export interface Handing {
  /** Takes the number of the next hand-over of something of the far end's. */
  nextNumber(): number;
  /** Tells the far end, the owner, that something is handed over to whoever has a key. */
  tell(claim: Claim, reference: number): void;
  /** Makes what goes along with another connection's proxy; nothing when it is relayed. Throws `NOT_SERIALIZABLE` when it is neither. */
  offer(value: object): Offer | undefined;
  /** Goes for something that arrived with a token. Absent at an end that takes nothing, like the two below. */
  handed?(imported: Imported, token: string): void;
  /** Finds the direct way to something that arrived. */
  wayOf?(imported: Imported): DirectWay | undefined;
  /** Finds what of this end's own a token stands for. */
  home?(token: string): object | undefined;
  /** Keeps something of this end's that the far end hands over. Absent at an end of which nothing is handed over, like the one below. */
  announced?(number: unknown, args: readonly unknown[]): void;
  /** Gives the far end, the third, what was handed over to it. */
  give?(args: readonly unknown[]): unknown;
}

/** The connection of a proxy, as the proxy sees it. */
export interface ProxyConnection {
  readonly address: string;
  /** Where the far end listens; absent where others cannot reach it. */
  readonly owner: OwnerPlace | undefined;
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
  /** What it has to do with hand-overs. */
  readonly handing: Handing;
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
  /** The direct way, for what another end handed over. */
  readonly way?: DirectWay | undefined;
  /** What it was handed over as, for a place at the end of a direct way. */
  readonly via?: RemoteNode | undefined;
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

/** Follows the direct way of what was handed over, where there is one. */
export function currentOf(node: RemoteNode): RemoteNode {
  const place = node.way?.place;
  return place ? { ...node, ...place, way: undefined, via: node } : node;
}

/** Lets go of what a node points at, and of the direct way to it. */
export function letGo(node: RemoteNode): void {
  const { endpoint, imported, way } = node.via ?? node;
  way?.release();
  if (imported) endpoint.references.release(imported);
}

/** Lets go of one of the times that it arrived, and with the last one of the direct way. */
export function forgo(node: RemoteNode): void {
  const { endpoint, imported, way } = node.via ?? node;
  if (!imported) return;
  endpoint.references.forgo(imported);
  if (imported.lost !== undefined) way?.release();
}

/** Points at a member. */
export function memberOf(parent: RemoteNode, name: string): RemoteNode {
  return { ...parent, path: [...parent.path, name], isResolved: false, close: undefined };
}

function isNode(value: unknown): value is RemoteNode {
  return typeof value === "object" && value !== null && "endpoint" in value && "path" in value;
}
