/**
 * The agent at the other end of a connection.
 *
 * @module
 */

import type { CallOptions, Session, SessionError } from "@fourwire/session";
import { checkPattern } from "@fourwire/transport";
import { AGENT, Operation } from "./operation.ts";
import type { Connection, ConnectSlotOptions, RemoteSignals } from "./remote-signal.ts";
import type { Slot } from "./signal.ts";

/** What was published, to whoever subscribed without a callback of its own. */
export type NotificationListener = (content: unknown, context: NotificationContext) => unknown;

/** Where a notification comes from. */
export interface NotificationContext {
  readonly topic: string;
  readonly peer: AgentPeer;
}

/** The agent at the other end of a connection. */
export interface AgentPeer {
  /** Its identity, once it has introduced itself, as agents do; until then that of the connection. Whoever it is, it says so itself: only a key or `authenticate` proves anything. */
  readonly id: string;
  /** The address that this end connected to, or listens at. */
  readonly address: string;
  /** What `authenticate` returned for it. */
  readonly principal: unknown;
  /** Settles, and never rejects, when the connection is over. */
  readonly closed: Promise<SessionError | undefined>;
  /** Asks it something. Rejects with what its listener throws, or as calls do. */
  request(content: unknown, options?: CallOptions): Promise<unknown>;
  /**
   * Subscribes to a topic, or to a pattern, of its; resolved means that the very
   * next publication arrives. Each subscription has its own callback; without
   * one, what arrives goes to `onNotification`.
   */
  subscribe(topic: string, callback?: NotificationListener, options?: ConnectSlotOptions): Promise<Connection>;
}

/** What a peer is reached through. */
export interface AgentPeerOptions {
  readonly session: Session;
  readonly signals: RemoteSignals;
  readonly address: string;
  /** Hears what arrives for subscriptions without a callback. */
  notified(content: unknown, context: NotificationContext): void;
}

/** The agent at the other end of one session. */
export class SessionPeer implements AgentPeer {
  readonly address: string;
  readonly #options: AgentPeerOptions;
  #id: string | undefined;

  constructor(options: AgentPeerOptions) {
    this.address = options.address;
    this.#options = options;
  }

  get id(): string {
    return this.#id ?? this.#options.session.peer.sessionId;
  }

  get principal(): unknown {
    return this.#options.session.peer.principal;
  }

  get closed(): Promise<SessionError | undefined> {
    return this.#options.session.closed;
  }

  request(content: unknown, options?: CallOptions): Promise<unknown> {
    return this.#options.session.call([Operation.CALL, AGENT, "request"], [content], options);
  }

  async subscribe(topic: string, callback?: NotificationListener, options?: ConnectSlotOptions): Promise<Connection> {
    checkPattern(topic);
    const { signals, notified } = this.#options;
    const hear = callback ?? notified;
    // A function of its own, so that one callback may be subscribed several times.
    const slot: Slot<readonly unknown[]> = (from, content) => hear(content, { topic: String(from), peer: this });
    return await signals.connect({ reference: AGENT, path: [topic] }, slot, options);
  }

  /** Tells the far end who this is, and learns who that is. */
  async exchange(id: string): Promise<void> {
    this.introduce(await this.#options.session.call([Operation.CALL, AGENT, "introduce"], [id]));
  }

  /** Learns who the far end says that it is. */
  introduce(id: unknown): void {
    if (typeof id === "string" && id.length <= 100) this.#id ??= id;
  }
}
