/**
 * Sessions of the end that listens.
 *
 * @module
 */

import type { Channel, Listener, Transport } from "@fourwire/transport";
import { beginSession } from "./begin-session.ts";
import { toError } from "./errors.ts";
import { bye, welcome } from "./handshake.ts";
import type { Handler } from "./serving.ts";
import type { Session } from "./session.ts";
import { completeSettings, isLoopback, type SessionOptions, type SessionSettings } from "./settings.ts";

/** How sessions are served. */
export interface ServeOptions extends SessionOptions {
  /** Ends the attempt to listen. */
  readonly signal?: AbortSignal | undefined;
  /** The most sessions at once; a further one is turned away. Default 10,000. */
  readonly maxSessions?: number | undefined;
}

/** A place that others open sessions with. */
export interface SessionServer extends AsyncDisposable {
  /** The address really bound. */
  readonly address: string;
  /** The sessions that are open. */
  readonly sessions: ReadonlySet<Session>;
  /** Stops listening, tells every client and ends their sessions. Safe to call twice. */
  close(reason?: string): Promise<void>;
}

const DEFAULT_MAX_SESSIONS = 10_000;

/**
 * Listens at an address, or at a fresh one, and serves every session that is
 * opened there.
 *
 * A client that breaks the protocol loses its own session and nothing else.
 * Rejects with the transport's error, the signal's reason, or a `TypeError` for
 * options that make no sense.
 */
export async function serveSessions(
  transport: Transport,
  address: string | undefined,
  createHandler: (session: Session) => Handler,
  options: ServeOptions = {},
): Promise<SessionServer> {
  const listener = await transport.listen(address, { signal: options.signal });
  try {
    const settings = completeSettings(options, transport.traits.local || isLoopback(listener.address));
    return new Server(listener, settings, createHandler, options.maxSessions ?? DEFAULT_MAX_SESSIONS);
  } catch (error) {
    await listener.close();
    throw error;
  }
}

class Server implements SessionServer {
  readonly address: string;
  readonly sessions = new Set<Session>();
  readonly #listener: Listener;
  readonly #settings: SessionSettings;
  readonly #createHandler: (session: Session) => Handler;
  readonly #maxSessions: number;
  /** Ends the handshakes that are under way. */
  readonly #closing = new AbortController();
  /** Sessions that are open and handshakes that are under way. */
  readonly #conversations = new Set<Promise<void>>();
  #closed: Promise<void> | undefined;

  constructor(
    listener: Listener,
    settings: SessionSettings,
    createHandler: (session: Session) => Handler,
    maxSessions: number,
  ) {
    this.address = listener.address;
    this.#listener = listener;
    this.#settings = settings;
    this.#createHandler = createHandler;
    this.#maxSessions = maxSessions;
    void this.#accept();
  }

  close(reason = "the server stopped"): Promise<void> {
    this.#closed ??= this.#close(reason);
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(reason: string): Promise<void> {
    this.#closing.abort(new DOMException("The server is closing", "AbortError"));
    const closing = [...this.sessions].map((session) => session.close(reason));
    await Promise.all([...closing, ...this.#conversations]);
    await this.#listener.close();
  }

  async #accept(): Promise<void> {
    for await (const channel of this.#listener) {
      if (this.#closing.signal.aborted || this.#conversations.size >= this.#maxSessions) {
        this.#turnAway(channel).catch(() => undefined);
        continue;
      }
      const conversation = this.#converse(channel).catch((error: unknown) => this.#settings.onError(toError(error)));
      this.#conversations.add(conversation);
      void conversation.then(() => this.#conversations.delete(conversation));
    }
    // The transport ended the listener: nobody can come any more, and those who are here stay.
  }

  async #turnAway(channel: Channel): Promise<void> {
    const { codec } = this.#settings;
    const goodbye = this.#closing.signal.aborted
      ? bye(codec, "CLOSED", "the server is closing")
      : bye(codec, "LIMIT_EXCEEDED", `${this.#maxSessions} sessions are open already (maxSessions)`);
    await channel.send(goodbye).finally(() => channel.close());
  }

  async #converse(channel: Channel): Promise<void> {
    const opened = await welcome(channel, this.#settings, this.#closing.signal);
    const session = await beginSession(opened, this.#settings, this.address, this.#createHandler);
    this.sessions.add(session);
    const reason = await session.closed;
    this.sessions.delete(session);
    if (reason && reason.code !== "CLOSED" && reason.code !== "LOST") this.#settings.onError(reason);
  }
}
