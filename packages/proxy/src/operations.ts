/**
 * What one does with a proxy beside calling its methods.
 *
 * They are functions, not members, so that every name of the remote object stays
 * its own.
 *
 * @module
 */

import type { Peer, SessionError, SessionStats, StateChange } from "@fourwire/session";
import type { AgentPart } from "./agent-core.ts";
import type { AgentPeer } from "./agent-peer.ts";
import type { Description } from "./description.ts";
import { Operation } from "./operation.ts";
import { createRemote, operate } from "./remote.ts";
import { letGo, memberOf, nodeOf, type ProxyOptions } from "./remote-node.ts";
import type { RepeatOptions } from "./repeat.ts";
import type { RemoteMember, RemoteOf, SettableName } from "./types.ts";

/**
 * Sets a property of a remote object and resolves when it is set.
 *
 * Rejects with what the setter throws, or with `NOT_WRITABLE`. From Pizco's
 * attribute assignment, which could not report a failure at the right place.
 */
export async function set<Object, Name extends SettableName<Object>>(
  proxy: RemoteOf<Object>,
  name: Name,
  value: Object[Name],
): Promise<void> {
  await operate(memberOf(nodeOf(proxy, "set"), String(name)), Operation.SET, [value]);
}

/**
 * Returns the same proxy with other options for every call made through it:
 * `timeoutMs`, `signal`, `metadata`, `repeat`. What is left out stays as it was.
 */
export function withOptions<Proxy extends object>(proxy: Proxy, options: RepeatOptions): Proxy {
  return derive(proxy, "withOptions", options);
}

/**
 * Returns the same proxy for calls that want no answer.
 *
 * Their promises resolve when the call was handed over; what the method returns
 * or throws stays at the server.
 */
export function notify<Proxy extends object>(proxy: Proxy): Proxy {
  return derive(proxy, "notify", { oneWay: true });
}

/**
 * Finds a member by a computed name, also by one that is reserved here, such as
 * `then`.
 */
export function at<Object, Name extends keyof Object & string>(
  proxy: RemoteOf<Object>,
  name: Name,
): RemoteMember<Object[Name]> {
  return retype(createRemote(memberOf(nodeOf(proxy, "at"), name)));
}

/** Lists the members of a remote object: names, kinds, arity. Runs no getter. */
export async function describe(proxy: object): Promise<Description> {
  return retype(await operate(nodeOf(proxy, "describe"), Operation.DESCRIBE, []));
}

/**
 * Lets go of an object that was received by reference: the other end need not
 * keep it for this one any more. Calls on it reject with `REFERENCE_LOST`.
 *
 * `using` does the same at the end of a block. What nobody uses any more is let
 * go of when it is collected, which may be late. Does nothing to a root.
 */
export function release(proxy: object): void {
  letGo(nodeOf(proxy, "release"));
}

/** What goes on in a connection. */
export interface AgentStats extends SessionStats {
  /** The objects and functions of this end's that the other holds. */
  readonly exportedReferences: number;
  /** The objects and functions of the other end's that this one holds. */
  readonly importedReferences: number;
}

/**
 * The connection that a proxy uses, and both its ends as agents: this end's
 * answers and publications, and what may be asked of the other's. From Pizco's
 * `Agent`, which every `Proxy` has one of.
 */
export interface Agent extends AgentPart, Pick<AgentPeer, "request" | "subscribe"> {
  readonly peer: Peer;
  /** Settles, and never rejects, when the connection is over: with nothing after a close at this end, with the reason otherwise. */
  readonly closed: Promise<SessionError | undefined>;
  /** What the connection is up to, and why: `open`, `parked`, `reset` or `closed`. */
  readonly state: StateChange;
  /** Watches what the connection is up to: the present state, then every change until it is closed or the signal aborts. */
  states(options?: { readonly signal?: AbortSignal | undefined }): AsyncIterable<StateChange>;
  /** Counts what goes on. */
  stats(): AgentStats;
  /** Measures a round trip through the server's event loop, in ms. */
  ping(options?: { readonly signal?: AbortSignal | undefined }): Promise<number>;
}

/** Returns the connection that a proxy uses. */
export function agentOf(proxy: object): Agent {
  const { session, references, agent, farAgent } = nodeOf(proxy, "agentOf").endpoint;
  return {
    id: agent.id,
    get peer() {
      return session.peer;
    },
    get state() {
      return session.state;
    },
    closed: session.closed,
    states: (options) => session.states(options),
    stats: () => ({
      ...session.stats(),
      exportedReferences: references.exported,
      importedReferences: references.imported,
    }),
    ping: (options) => session.ping(options),
    request: (content, options) => farAgent.request(content, options),
    subscribe: (topic, callback, options) => farAgent.subscribe(topic, callback, options),
    publish: (topic, content) => agent.publish(topic, content),
    onRequest: (listener) => agent.onRequest(listener),
    onNotification: (listener, options) => agent.onNotification(listener, options),
    onSubscribe: (listener, options) => agent.onSubscribe(listener, options),
    onUnsubscribe: (listener, options) => agent.onUnsubscribe(listener, options),
  };
}

/** Measures a round trip to the process that has the object, in ms. Rejects when it is gone or the signal aborts. */
export function ping(proxy: object, options?: { readonly signal?: AbortSignal | undefined }): Promise<number> {
  return agentOf(proxy).ping(options);
}

function derive<Proxy extends object>(proxy: Proxy, user: string, options: ProxyOptions): Proxy {
  const node = nodeOf(proxy, user);
  return retype(createRemote({ ...node, options: { ...node.options, ...options } }));
}

/** Gives a dynamic proxy its static type, which nothing at run time can check. */
function retype<Type>(value: unknown): Type {
  return value as Type;
}
