/**
 * An agent by itself.
 *
 * @module
 */

import {
  type CallOptions,
  completeLimits,
  type OpenOptions,
  openSession,
  type Session,
  SessionError,
  type ServeOptions as SessionServeOptions,
  serveSessions,
  toError,
} from "@fourwire/session";
import type { Transport } from "@fourwire/transport";
import { addressToConnect, checkAdvertised } from "./advertise.ts";
import { AgentCore, type AgentPart } from "./agent-core.ts";
import type { AgentPeer, NotificationListener } from "./agent-peer.ts";
import { createAgents } from "./agents.ts";
import type { Endpoint } from "./endpoint.ts";
import { ProxyError } from "./errors.ts";
import { Exposure } from "./exposure.ts";
import type { Connection, ConnectSlotOptions } from "./remote-signal.ts";
import { createServingEndpoint } from "./serving-endpoint.ts";
import { untilAborted } from "./until-aborted.ts";

/** How an agent listens, and connects to others. */
export interface AgentOptions extends SessionServeOptions, Pick<OpenOptions, "credentials" | "reconnect"> {
  readonly transport: Transport;
  /** The address that others use, where it is not the one bound. */
  readonly advertise?: string | undefined;
}

/** How an agent that stands by itself reaches others: by their addresses, or as the peers that it knows. */
export interface ServedAgent extends AgentPart, AsyncDisposable {
  /** The address ready to hand to others. */
  readonly address: string;
  /** Those that this agent is connected to, whichever of the two connected. */
  readonly peers: ReadonlySet<AgentPeer>;
  /** Asks another agent something; connects to it first if need be. Rejects as connecting and calling do. */
  request(to: string | AgentPeer, content: unknown, options?: CallOptions): Promise<unknown>;
  /** Subscribes to a topic, or to a pattern, of another agent; see `AgentPeer.subscribe`. */
  subscribe(
    to: string | AgentPeer,
    topic: string,
    callback?: NotificationListener,
    options?: ConnectSlotOptions,
  ): Promise<Connection>;
  /** Leaves everybody and stops listening. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Starts an agent that listens at an address, or at a fresh one: it answers
 * requests, publishes, and asks and hears other agents. From Pizco's `Agent`.
 *
 * Rejects as `serve` does.
 *
 * @example
 * ```ts
 * await using agent = await serveAgent("tcp://127.0.0.1:8001", { transport: zmq() });
 * agent.onRequest((content) => `you said ${content}`);
 * await agent.request("tcp://127.0.0.1:8002", "hello");
 * ```
 */
export async function serveAgent(address: string | undefined, options: AgentOptions): Promise<ServedAgent> {
  if (options.advertise !== undefined) checkAdvertised(options.advertise);
  const agent = new Agent(options);
  const server = await serveSessions(options.transport, address, (session) => agent.seat(session), agent.options);
  return agent.listening(addressToConnect(server.address, options.advertise), () => server.close("the agent stopped"));
}

/** What an agent serves beside itself. */
const NO_ROOT = Object.freeze({});

class Agent {
  readonly options: AgentOptions;
  readonly #core: AgentCore;
  readonly #exposure = new Exposure(NO_ROOT);
  readonly #maxReferences: number;
  readonly #peers = new Set<AgentPeer>();
  /** The connections that this end made, by address. */
  readonly #links = new Map<string, Promise<AgentPeer>>();
  readonly #sessions = new Set<Session>();
  readonly #stopping = new AbortController();
  #stopped: Promise<void> | undefined;

  constructor(options: AgentOptions) {
    this.options = { ...options, errors: { ProxyError, ...options.errors } };
    this.#maxReferences = completeLimits(options.limits).maxReferences;
    this.#core = new AgentCore(this.#report);
  }

  /** Makes one end of a connection, whichever end connected. */
  seat(session: Session): Endpoint {
    const { address } = session.peer;
    const endpoint = createServingEndpoint({
      ...{ session, address, root: undefined, exposure: this.#exposure, maxReferences: this.#maxReferences },
      ...{ agent: this.#core, onError: this.#report },
    });
    const { far } = endpoint.agents(createAgents);
    this.#peers.add(far);
    void session.closed.then(() => this.#peers.delete(far));
    return endpoint;
  }

  listening(address: string, closeServer: () => Promise<void>): ServedAgent {
    const core = this.#core;
    const stop = (): Promise<void> => {
      this.#stopped ??= this.#stop(closeServer);
      return this.#stopped;
    };
    return {
      id: core.id,
      address,
      peers: this.#peers,
      onRequest: (listener) => core.onRequest(listener),
      onNotification: (listener, options) => core.onNotification(listener, options),
      onSubscribe: (listener, options) => core.onSubscribe(listener, options),
      onUnsubscribe: (listener, options) => core.onUnsubscribe(listener, options),
      publish: (topic, content) => core.publish(topic, content),
      request: async (to, content, options) => {
        const peer = await this.#reach(to, options?.signal);
        return await peer.request(content, options);
      },
      subscribe: async (to, topic, callback, options) => {
        const peer = await this.#reach(to, options?.signal);
        return await peer.subscribe(topic, callback, options);
      },
      stop,
      [Symbol.asyncDispose]: stop,
    };
  }

  /** Finds the peer at an address, connecting to it once for all who ask. */
  async #reach(to: string | AgentPeer, signal: AbortSignal | undefined): Promise<AgentPeer> {
    if (this.#stopping.signal.aborted) throw stopped();
    signal?.throwIfAborted();
    if (typeof to !== "string") return to;
    const link = this.#links.get(to) ?? this.#connect(to);
    this.#links.set(to, link);
    return await untilAborted(link, signal);
  }

  async #connect(address: string): Promise<AgentPeer> {
    try {
      const created: { endpoint?: Endpoint } = {};
      const session = await openSession(this.options.transport, address, {
        ...this.options,
        signal: this.#stopping.signal,
        handler: (own) => {
          created.endpoint = this.seat(own);
          return created.endpoint;
        },
      });
      this.#sessions.add(session);
      void session.closed.then(() => {
        this.#sessions.delete(session);
        this.#links.delete(address);
      });
      const far = created.endpoint?.agents(createAgents).far;
      if (!far || this.#stopping.signal.aborted) throw stopped();
      await far.exchange(this.#core.id);
      return far;
    } catch (error) {
      this.#links.delete(address);
      throw error;
    }
  }

  async #stop(closeServer: () => Promise<void>): Promise<void> {
    this.#stopping.abort(stopped());
    await Promise.allSettled(this.#links.values());
    await Promise.all([...this.#sessions].map((session) => session.close("the agent stopped")));
    await closeServer();
  }

  readonly #report = (error: unknown): void => this.options.onError?.(toError(error));
}

function stopped(): SessionError {
  return new SessionError("CLOSED", "The agent was stopped", { outcome: "notSent" });
}
