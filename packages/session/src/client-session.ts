/**
 * What keeps a session going at the end that connects.
 *
 * @module
 */

import { type Channel, type Transport, TransportError } from "@fourwire/transport";
import type { Peer } from "./context.ts";
import { Conversation } from "./conversation.ts";
import { closedHere, lost, SessionError, toError } from "./errors.ts";
import { greet } from "./greet.ts";
import type { Reconnect } from "./limits.ts";
import { bye, type Opened } from "./opening.ts";
import { pause } from "./pause.ts";
import type { Handler } from "./serving.ts";
import { type Returns, Session, type SessionKeeper } from "./session.ts";
import type { SessionSettings } from "./settings.ts";
import { States } from "./states.ts";

/** What a client needs to come back. */
export interface ClientOptions {
  readonly transport: Transport;
  readonly address: string;
  readonly credentials: unknown;
  readonly settings: SessionSettings;
  /** How it comes back; `false` for not at all. */
  readonly reconnect: Reconnect | false;
  createHandler(session: Session): Handler;
}

/** The tries to reach the listener that knows the session before another at the same address will do. */
const TRIES_AT_RETURN_ADDRESS = 2;

/** The errors after which another try would end no better. */
const FINAL: ReadonlySet<string> = new Set(["UNAUTHORIZED", "UNSUPPORTED_VERSION", "ADDRESS_INVALID", "CLOSED"]);

/** Keeps a session going: after a lost channel it connects again, and both ends go on. */
export class ClientSession implements SessionKeeper {
  readonly session: Session;
  readonly states: States = new States();
  readonly closed: Promise<SessionError | undefined>;
  readonly returns: Returns = { resumes: 0, resets: 0 };
  readonly #options: ClientOptions;
  readonly #handler: Handler;
  /** Ends the tries to come back. */
  readonly #ended = new AbortController();
  #resolveClosed: (reason: SessionError | undefined) => void = () => undefined;
  #agreement: Opened["agreement"];
  #conversation: Conversation;
  /** Where the listener that knows this session is, if not every listener at the address does. */
  #returnAddress: string | undefined;
  #closing: Promise<void> | undefined;
  /** Since when, and how often, it tried to come back without a channel that lasted or brought anything. */
  #trouble = { since: performance.now(), tries: 0 };
  #attachedAt = performance.now();

  constructor(opened: Opened, options: ClientOptions) {
    this.#options = options;
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    this.#agreement = opened.agreement;
    this.#returnAddress = opened.channel.returnAddress;
    this.session = new Session(this);
    this.#handler = options.createHandler(this.session);
    this.#conversation = this.#converse(opened);
  }

  get peer(): Peer {
    return { sessionId: this.#agreement.sessionId, address: this.#options.address, principal: undefined };
  }

  get conversation(): Conversation {
    return this.#conversation;
  }

  close(reason: string): Promise<void> {
    this.#ended.abort(closedHere());
    this.#closing ??= this.#conversation.close(reason);
    return this.#closing;
  }

  #converse(opened: Opened): Conversation {
    const conversation = new Conversation({
      settings: this.#options.settings,
      agreement: opened.agreement,
      peer: this.peer,
      handler: this.#handler,
      detached: (reason) => void this.#comeBack(reason),
      over: (reason) => {
        if (conversation === this.#conversation) this.#end(reason);
      },
    });
    conversation.attach(opened);
    return conversation;
  }

  #end(reason: SessionError | undefined): void {
    this.#ended.abort(reason ?? closedHere());
    this.#log("closed", reason);
    this.states.change("closed", reason);
    this.#resolveClosed(reason);
  }

  async #comeBack(reason: SessionError): Promise<void> {
    const { reconnect } = this.#options;
    const closing = this.#ended.signal.aborted;
    if (!reconnect || closing) {
      this.#conversation.end(closing ? undefined : reason);
      return;
    }
    this.#log("parked", reason);
    this.states.change("parked", reason);
    const lasted = performance.now() - this.#attachedAt > reconnect.maxDelayMs;
    if (lasted || this.#conversation.progressed) this.#trouble = { since: performance.now(), tries: 0 };
    const failure = await this.#keepTrying(reconnect);
    if (failure) this.#conversation.end(failure);
  }

  /** Tries until it is back, and returns the reason to give up. */
  async #keepTrying(reconnect: Reconnect): Promise<SessionError | undefined> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      const leftMs = this.#trouble.since + reconnect.windowMs - performance.now();
      await pause(Math.min(delayOf(reconnect, this.#trouble.tries), Math.max(leftMs, 0)), signal);
      this.#trouble.tries += 1;
      const failure = await this.#tryOnce();
      if (!failure) return undefined;
      if (isFinal(failure)) return failure instanceof SessionError ? failure : lost(toError(failure));
      if (leftMs <= 0)
        return lost(toError(failure), `The far end could not be reached again in ${reconnect.windowMs} ms`);
    }
    return undefined;
  }

  /** Tries once to come back, and returns what went wrong. */
  async #tryOnce(): Promise<unknown> {
    const { credentials, settings } = this.#options;
    const { signal } = this.#ended;
    const { sessionId, secret } = this.#agreement;
    try {
      const channel = await this.#reconnect(signal);
      const resume = { sessionId, secret, received: this.#conversation.received };
      const opened = await greet(channel, settings, { credentials, resume, signal });
      return await this.#use(opened);
    } catch (error) {
      return error;
    }
  }

  /** Connects to the listener that knows the session or, when that seems to be gone for good, to any. */
  async #reconnect(signal: AbortSignal): Promise<Channel> {
    const { transport, address } = this.#options;
    if (this.#returnAddress === undefined) return await transport.connect(address, { signal });
    try {
      return await transport.connect(this.#returnAddress, { signal });
    } catch (error) {
      const isGone = error instanceof TransportError && error.code === "REFUSED";
      if (!isGone || this.#trouble.tries <= TRIES_AT_RETURN_ADDRESS) throw error;
      return await transport.connect(address, { signal });
    }
  }

  /** Goes on over a channel, unless the session was closed meanwhile; returns what is wrong with the channel. */
  async #use(opened: Opened): Promise<unknown> {
    try {
      this.#ended.signal.throwIfAborted();
      this.#goOn(opened);
      return undefined;
    } catch (error) {
      const { channel, seals } = opened;
      const goodbye = bye(this.#options.settings.codec, "CLOSED", "the session was closed meanwhile");
      await channel.send(seals ? seals.outgoing.close(goodbye) : goodbye).catch(() => undefined);
      await channel.close();
      return error;
    }
  }

  #goOn(opened: Opened): void {
    this.#agreement = opened.agreement;
    this.#returnAddress = opened.channel.returnAddress;
    this.#attachedAt = performance.now();
    if (opened.agreement.resumed) {
      this.#conversation.attach(opened);
      this.returns.resumes += 1;
    } else {
      this.#beginAnew(opened);
    }
    this.#log("open");
    this.states.change("open");
  }

  /** The far end no longer knows the session: what was under way is lost, and a fresh run begins. */
  #beginAnew(opened: Opened): void {
    const reason = lost(undefined, "The far end no longer knows the session: it restarted, or waited too long");
    const before = this.#conversation;
    this.#conversation = this.#converse(opened);
    this.returns.resets += 1;
    this.#log("reset", reason);
    this.states.change("reset", reason);
    before.end(reason);
    this.#tellHandler();
  }

  #tellHandler(): void {
    try {
      this.#handler.reset?.();
    } catch (error) {
      this.#options.settings.onError(toError(error));
    }
  }

  #log(state: string, reason?: SessionError): void {
    const { settings, address } = this.#options;
    const fields = { session: this.#agreement.sessionId, address, ...(reason && { code: reason.code }) };
    settings.logger.info(fields, `Session ${state}${reason ? `: ${reason.message}` : ""}`);
  }
}

/** The wait before a try: none before the first, then longer and longer. A random part keeps clients from coming back all at once. */
function delayOf({ minDelayMs, maxDelayMs }: Reconnect, tries: number): number {
  return tries === 0 ? 0 : Math.min(minDelayMs * 2 ** (tries - 1), maxDelayMs) * (1 - Math.random() / 2);
}

function isFinal(error: unknown): boolean {
  return (error instanceof SessionError || error instanceof TransportError) && FINAL.has(error.code);
}
