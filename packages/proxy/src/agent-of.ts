/**
 * The connection that a proxy uses, and what its two ends tell each other beside calls.
 *
 * @module
 */

import type { Peer, SessionError, SessionStats, StateChange } from "@fourwire/session";
import type { AgentPart } from "./agent-core.ts";
import type { AgentPeer } from "./agent-peer.ts";
import { createAgents } from "./agents.ts";
import { nodeOf } from "./remote-node.ts";
import { rootOf } from "./root-of.ts";
import type { Remote } from "./types.ts";

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
  /**
   * Makes an instance of a class at the far end, which has to serve a place for
   * that, as workers and `fourwire serve` do. The class is named as
   * `module#Class`, or `module` for its default export. From Pizco's `instantiate`.
   *
   * Rejects with `NOT_FOUND` where there is no such place or class, with
   * `NOT_ALLOWED` for what is not on the allow-list, and with what the
   * constructor throws.
   */
  instantiate<Instance extends object>(
    target: string,
    options?: InstantiateOptions,
  ): Promise<Remote<Instance> & Disposable>;
}

/** How an instance is made at the far end. */
export interface InstantiateOptions {
  /** The constructor's arguments. Default: none. */
  readonly args?: readonly unknown[] | undefined;
}

/** What the far end serves, where classes can be instantiated. */
interface Place {
  instantiate(target: string, args: readonly unknown[]): object;
}

/** Returns the connection that a proxy uses. */
export function agentOf(proxy: object): Agent {
  const { endpoint } = nodeOf(proxy, "agentOf");
  const { session, references } = endpoint;
  const { own: agent, far: farAgent } = endpoint.agents(createAgents);
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
    instantiate: async <Instance extends object>(target: string, { args = [] }: InstantiateOptions = {}) =>
      // Only the caller knows the type of a class that is named by text.
      (await rootOf<Place>(proxy).instantiate(target, args)) as Remote<Instance> & Disposable,
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
