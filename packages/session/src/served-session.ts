/**
 * What keeps a session going at the end that listens.
 *
 * @module
 */

import type { Peer } from "./context.ts";
import { Conversation } from "./conversation.ts";
import { lost, type SessionError } from "./errors.ts";
import type { Handler } from "./serving.ts";
import { type Returns, Session, type SessionKeeper } from "./session.ts";
import type { SessionSettings } from "./settings.ts";
import { States } from "./states.ts";
import type { Resumable, Welcomed } from "./welcome.ts";

/** What a served session needs from its server. */
export interface ServedSessionOptions {
  readonly address: string;
  readonly settings: SessionSettings;
  createHandler(session: Session): Handler;
  /** Called when the session lost its channel. */
  parked(session: ServedSession): void;
  /** Called when it keeps more for its client, who is not there. */
  kept(session: ServedSession): void;
  /** Called when it has one again. */
  resumed(session: ServedSession): void;
  /** Called once, when it is over. */
  over(session: ServedSession, reason: SessionError | undefined): void;
}

/** A session at the end that listens: without a channel it waits until its client comes back. */
export class ServedSession implements SessionKeeper, Resumable {
  readonly session: Session;
  readonly states: States = new States();
  readonly closed: Promise<SessionError | undefined>;
  readonly conversation: Conversation;
  readonly returns: Returns = { resumes: 0, resets: 0 };
  readonly peer: Peer;
  readonly principal: unknown;
  readonly #options: ServedSessionOptions;
  #secrets: readonly Uint8Array[];
  #resolveClosed: (reason: SessionError | undefined) => void = () => undefined;
  #closing: Promise<void> | undefined;

  constructor(welcomed: Welcomed, options: ServedSessionOptions) {
    const { agreement, principal } = welcomed;
    this.#options = options;
    this.principal = principal;
    this.peer = { sessionId: agreement.sessionId, address: options.address, principal };
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    this.#secrets = [agreement.secret];
    this.session = new Session(this);
    this.conversation = new Conversation({
      settings: options.settings,
      agreement,
      peer: this.peer,
      handler: options.createHandler(this.session),
      kept: () => options.kept(this),
      detached: (reason) => this.#park(reason),
      over: (reason) => this.#end(reason),
    });
  }

  get sessionId(): string {
    return this.peer.sessionId;
  }

  get secrets(): readonly Uint8Array[] {
    return this.#secrets;
  }

  fence(): number {
    this.conversation.fence();
    // Until the handshake is through, it waits as if the channel had been lost.
    if (this.states.current.state === "parked") this.#options.parked(this);
    else this.#park(lost(undefined, "The client comes back over another channel"));
    return this.conversation.received;
  }

  /** Begins to use the channel of the handshake that made the session. */
  begin(welcomed: Welcomed): void {
    this.conversation.attach(welcomed);
  }

  /** Goes on over another channel. The secret that was proved stays good, however often the client does not get a new one. */
  resume(welcomed: Welcomed): void {
    const { agreement, proved } = welcomed;
    // First, as it throws for a client that claims what it cannot have: then the session goes on waiting.
    this.conversation.attach(welcomed);
    this.#secrets = proved ? [agreement.secret, proved] : [agreement.secret];
    this.returns.resumes += 1;
    this.#options.resumed(this);
    this.#log("open");
    this.states.change("open");
  }

  close(reason: string): Promise<void> {
    this.#closing ??= this.conversation.close(reason);
    return this.#closing;
  }

  #park(reason: SessionError): void {
    this.#log("parked", reason);
    this.states.change("parked", reason);
    this.#options.parked(this);
  }

  #end(reason: SessionError | undefined): void {
    this.#log("closed", reason);
    this.states.change("closed", reason);
    this.#options.over(this, reason);
    this.#resolveClosed(reason);
  }

  #log(state: string, reason?: SessionError): void {
    const { settings, address } = this.#options;
    const fields = { session: this.sessionId, address, ...(reason && { code: reason.code }) };
    settings.logger.info(fields, `Session ${state}${reason ? `: ${reason.message}` : ""}`);
  }
}
