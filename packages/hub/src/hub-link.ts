/**
 * The one session through which a transport reaches its hub.
 *
 * @module
 */

import type { OpenOptions, Session } from "@fourwire/session";
import { openSession, SessionError, toError } from "@fourwire/session";
import type { Transport } from "@fourwire/transport";
import { TransportError } from "@fourwire/transport";
import type { HubCall } from "./protocol.ts";

/** How long a session that nobody uses stays open for the next use. */
const IDLE_MS = 1_000;

/** What is called, and about which topic, pattern or queue. */
type Target = readonly [call: HubCall, name: string];

/** How calls are made: they wait as long as it takes. */
const FOREVER = { timeoutMs: Number.POSITIVE_INFINITY };

/** Opens the session with the first use, keeps it while it is used, and closes it a second after the last. */
export class HubLink {
  readonly #transport: Transport;
  readonly #address: string;
  readonly #options: OpenOptions;
  readonly #ending = new AbortController();
  #opening: Promise<Session> | undefined;
  #session: Session | undefined;
  #uses = 0;
  /** The calls that wait for a session: no later one leaves before them. */
  #calling = 0;
  #idle: ReturnType<typeof setTimeout> | undefined;

  constructor(transport: Transport, address: string, options: OpenOptions) {
    this.#transport = transport;
    this.#address = address;
    this.#options = { ...options, errors: { ...options.errors, TransportError, SessionError } };
  }

  /** Whether the transport was closed at this end. */
  get isClosed(): boolean {
    return this.#ending.signal.aborted;
  }

  /** Keeps the session open until the returned function is called. */
  hold(): () => void {
    this.#uses += 1;
    clearTimeout(this.#idle);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#uses -= 1;
      if (this.#uses === 0) this.#idle = setTimeout(() => void this.#leave(), IDLE_MS);
    };
  }

  /** Gives the session, the same to all who ask at once. Rejects with a `TransportError`. */
  async session(): Promise<Session> {
    if (this.isClosed) throw closed();
    if (this.#session?.open === false) this.#opening = undefined;
    // Nothing is awaited in between, or each of several first uses would open a session of its own.
    this.#opening ??= this.#open();
    return await this.#opening;
  }

  /**
   * Calls the hub about a topic, a pattern or a queue, for as long as the signal
   * lets it. Rejects with a `TransportError`, a mistake or the signal's reason.
   */
  call(call: HubCall, name: string, args: readonly unknown[] = [], signal?: AbortSignal | undefined): Promise<unknown> {
    const session = this.#session;
    // What most calls come to, without the promises of the rest.
    if (session?.open && !signal && this.#calling === 0 && !this.isClosed)
      return this.#callOpen(session, [call, name], args);
    return this.#callAnyhow([call, name], args, signal);
  }

  #callOpen(session: Session, target: Target, args: readonly unknown[]): Promise<unknown> {
    const release = this.hold();
    return session.call(target, args, FOREVER).then(
      (result) => {
        release();
        return result;
      },
      (error: unknown) => {
        release();
        throw toTransportError(error);
      },
    );
  }

  async #callAnyhow(target: Target, args: readonly unknown[], signal: AbortSignal | undefined): Promise<unknown> {
    signal?.throwIfAborted();
    const release = this.hold();
    try {
      const session = await this.#sessionInTurn();
      return await session.call(target, args, { ...FOREVER, signal });
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      throw toTransportError(error);
    } finally {
      release();
    }
  }

  async #sessionInTurn(): Promise<Session> {
    this.#calling += 1;
    try {
      return await this.session();
    } finally {
      this.#calling -= 1;
    }
  }

  async close(): Promise<void> {
    this.#ending.abort(closed());
    await this.#leave();
  }

  async #open(): Promise<Session> {
    this.#session = undefined;
    const { signal } = this.#ending;
    try {
      this.#session = await openSession(this.#transport, this.#address, { ...this.#options, signal });
      return this.#session;
    } catch (error) {
      this.#opening = undefined;
      throw toTransportError(error);
    }
  }

  async #leave(): Promise<void> {
    clearTimeout(this.#idle);
    const opening = this.#opening;
    this.#opening = undefined;
    this.#session = undefined;
    const session = await opening?.catch(() => undefined);
    await session?.close();
  }
}

/** Makes of a session's failure one of the transport's; what the hub rejected with stays as it is. */
export function toTransportError(error: unknown): Error {
  if (!(error instanceof SessionError)) return toError(error);
  const { code, message } = error;
  switch (code) {
    case "CLOSED":
    case "UNAUTHORIZED":
      return new TransportError(code, message, { cause: error });
    case "LIMIT_EXCEEDED":
    case "QUEUE_FULL":
      return new TransportError("TOO_LARGE", message, { cause: error });
    default:
      return new TransportError("LOST", message, { cause: error });
  }
}

function closed(): TransportError {
  return new TransportError("CLOSED", "The transport is closed");
}
