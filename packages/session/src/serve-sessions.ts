/**
 * Sessions of the end that listens.
 *
 * @module
 */

import type { Channel, Listener, Transport } from "@fourwire/transport";
import type { CodecName } from "./codec-names.ts";
import { createCodec } from "./codecs.ts";
import type { AccessOptions } from "./credentials.ts";
import { lost, SessionError, toError } from "./errors.ts";
import { completeParking, type Parking } from "./limits.ts";
import { bye } from "./opening.ts";
import { ParkingLot } from "./parking-lot.ts";
import { ServedSession } from "./served-session.ts";
import type { Handler } from "./serving.ts";
import type { Session } from "./session.ts";
import { linkFacts, type SessionOptions, type SessionSettings } from "./settings.ts";
import { type Welcomed, welcome } from "./welcome.ts";
import { wholeSettings } from "./whole-settings.ts";

/** How sessions are served. */
export interface ServeOptions extends SessionOptions, AccessOptions {
  /** Ends the attempt to listen. */
  readonly signal?: AbortSignal | undefined;
  /** The most sessions at once; a further client is turned away. Default 10,000. */
  readonly maxSessions?: number | undefined;
  /** What is kept for clients that lost their channel: 1,000 sessions and 64 MiB for 30,000 ms by default. */
  readonly parking?: Partial<Parking> | undefined;
}

/** A place that others open sessions with. */
export interface SessionServer extends AsyncDisposable {
  /** The address really bound. */
  readonly address: string;
  /** The sessions that are open, those without a channel at present included. */
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
  const parking = new ParkingLot(completeParking(options.parking));
  const listener = await transport.listen(address, { signal: options.signal });
  try {
    const settings = wholeSettings(options, linkFacts(transport, listener.address));
    const maxSessions = options.maxSessions ?? DEFAULT_MAX_SESSIONS;
    return new Server(listener, { settings, createHandler, maxSessions, parking });
  } catch (error) {
    await listener.close();
    throw error;
  }
}

interface ServerOptions {
  readonly settings: SessionSettings;
  readonly maxSessions: number;
  readonly parking: ParkingLot;
  createHandler(session: Session): Handler;
}

class Server implements SessionServer {
  readonly address: string;
  readonly sessions = new Set<Session>();
  readonly #listener: Listener;
  readonly #options: ServerOptions;
  readonly #settings = new Map<CodecName, SessionSettings>();
  readonly #byId = new Map<string, ServedSession>();
  /** The handshakes under way, each with what ends it: a signal for all would have as many listeners. */
  readonly #handshakes = new Map<Promise<void>, AbortController>();
  #closed: Promise<void> | undefined;

  constructor(listener: Listener, options: ServerOptions) {
    this.address = listener.address;
    this.#listener = listener;
    this.#options = options;
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
    for (const ending of this.#handshakes.values()) {
      ending.abort(new DOMException("The server is closing", "AbortError"));
    }
    await Promise.all(this.#handshakes.keys());
    await Promise.all([...this.sessions].map((session) => session.close(reason)));
    this.#options.parking.clear();
    await this.#listener.close();
  }

  async #accept(): Promise<void> {
    for await (const channel of this.#listener) {
      const crowd = this.sessions.size + this.#handshakes.size - this.#options.parking.size;
      if (this.#closed || crowd >= this.#options.maxSessions) {
        this.#turnAway(channel).catch(() => undefined);
        continue;
      }
      const ending = new AbortController();
      const handshake = this.#shakeHands(channel, ending.signal).catch((error: unknown) =>
        this.#report(toError(error)),
      );
      this.#handshakes.set(handshake, ending);
      void handshake.then(() => this.#handshakes.delete(handshake));
    }
    // The transport ended the listener: nobody can come any more, and those who are here stay.
  }

  /** Finds the settings for a codec: the same for every client, as there may be many. */
  #settingsOf(codec: CodecName): SessionSettings {
    const known = this.#settings.get(codec) ?? { ...this.#options.settings, codec: createCodec(codec) };
    this.#settings.set(codec, known);
    return known;
  }

  async #turnAway(channel: Channel): Promise<void> {
    const { settings, maxSessions } = this.#options;
    const goodbye = this.#closed
      ? bye(settings.codec, "CLOSED", "the server is closing")
      : bye(settings.codec, "LIMIT_EXCEEDED", `${maxSessions} sessions are open already (maxSessions)`);
    await channel.send(goodbye).finally(() => channel.close());
  }

  async #shakeHands(channel: Channel, signal: AbortSignal): Promise<void> {
    const welcomed = await welcome(channel, (codec) => this.#settingsOf(codec), {
      address: this.address,
      signal,
      find: (sessionId) => this.#byId.get(sessionId),
    });
    try {
      this.#seat(welcomed);
    } catch (error) {
      await this.#unseat(welcomed, toError(error));
      throw error;
    }
  }

  /** Ends a channel that no session could take, and the session that it was for. */
  async #unseat({ channel, seals, settings, resumes }: Welcomed, error: Error): Promise<void> {
    const reason = error instanceof SessionError ? error : new SessionError("CLOSED", "the server cannot serve now");
    if (resumes) this.#byId.get(resumes.sessionId)?.conversation.end(lost(reason));
    const goodbye = bye(settings.codec, reason.code, reason.message);
    // A client that hears nothing comes back, and begins anew.
    if (reason.code !== "LOST") {
      await channel.send(seals ? seals.outgoing.close(goodbye) : goodbye).catch(() => undefined);
    }
    await channel.close();
  }

  /** Gives a channel to the session that it belongs to. */
  #seat(welcomed: Welcomed): void {
    if (welcomed.resumes) {
      const known = this.#byId.get(welcomed.resumes.sessionId);
      // It may have been given up during the handshake; then the client tries again, and begins anew.
      if (!known) throw lost(undefined, "The session was given up while its client came back");
      known.resume(welcomed);
      return;
    }
    const served = new ServedSession(welcomed, {
      address: this.address,
      settings: welcomed.settings,
      createHandler: this.#options.createHandler,
      parked: (session) => this.#options.parking.park(session),
      kept: (session) => this.#options.parking.weigh(session),
      resumed: (session) => this.#options.parking.leave(session),
      over: (session, reason) => this.#forget(session, reason),
    });
    this.#byId.set(served.sessionId, served);
    this.sessions.add(served.session);
    served.begin(welcomed);
  }

  #forget(served: ServedSession, reason: SessionError | undefined): void {
    this.#byId.delete(served.sessionId);
    this.sessions.delete(served.session);
    this.#options.parking.leave(served);
    if (reason && reason.code !== "CLOSED" && reason.code !== "LOST") this.#report(reason);
  }

  #report(error: Error): void {
    this.#options.settings.onError(error);
  }
}
