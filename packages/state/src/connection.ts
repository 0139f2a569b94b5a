/**
 * A client's session with an authority, and who the client is there.
 *
 * @module
 */

import { type CallOptions, type Session, SessionError } from "@fourwire/session";
import { SECRET_BYTES } from "./clients.ts";
import { PROTOCOL_VERSION, Request } from "./protocol.ts";

/** One request, and how its answer is read. */
export interface Ask<Answer> {
  readonly request: number;
  readonly namespace: string;
  readonly args: readonly unknown[];
  /** Gives the arguments of a repetition when the first one may have been acted upon. Default: the same. */
  readonly again?: (() => readonly unknown[]) | undefined;
  readonly options?: CallOptions | undefined;
  read(reply: unknown): Answer;
}

/** A connection that outlives the authority's restarts: what was asked is asked again. */
export class Connection {
  readonly session: Session;
  readonly #secret = crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
  readonly #name: string | undefined;
  /** What is asked of the authority after it forgot this client, before anything else. */
  readonly #onReset = new Set<() => Promise<void>>();
  #client = "";
  #writes = 0;
  /** Settles when the authority knows this client again. */
  #entering: Promise<void> | undefined;

  constructor(session: Session, name: string | undefined) {
    this.session = session;
    this.#name = name;
  }

  /** The name that others see of this client, as `by` of its changes. */
  get client(): string {
    return this.#client;
  }

  /** Whether the authority has yet to know this client again. */
  get entering(): boolean {
    return this.#entering !== undefined;
  }

  /** Draws the number of a write, by which a repeated one is recognised. */
  nextWrite(): number {
    this.#writes += 1;
    return this.#writes;
  }

  /** Tells the authority who this is. */
  async enter(): Promise<void> {
    const hello = [this.#secret, this.#name, PROTOCOL_VERSION];
    this.#client = String(await this.session.call([Request.HELLO, ""], hello));
  }

  /** Begins again with an authority that does not know this client any more. */
  reset(): void {
    const entering = this.#enterAgain().finally(() => {
      if (this.#entering === entering) this.#entering = undefined;
    });
    this.#entering = entering;
    // A failure shows in what is asked next.
    entering.catch(() => undefined);
  }

  /** Adds what is to be asked after a reset; returns what removes it. */
  onReset(refresh: () => Promise<void>): () => void {
    this.#onReset.add(refresh);
    return () => void this.#onReset.delete(refresh);
  }

  /** Asks, again after every reset. Rejects with what the authority says, or as `Session.call`. */
  ask<Answer>(ask: Ask<Answer>): Promise<Answer> {
    return this.#entering ? this.#askAgain(ask, undefined) : this.askNow(ask);
  }

  /** Asks without waiting until the authority knows this client again: for those who find out about it. */
  askNow<Answer>(ask: Ask<Answer>): Promise<Answer> {
    return this.session
      .call([ask.request, ask.namespace], ask.args, ask.options)
      .then(ask.read, (error: unknown) => this.#askAgain(ask, error));
  }

  /** Says whether what failed can be asked again: the authority forgot this client, and is there. */
  mayRepeat(error: unknown): error is SessionError {
    return error instanceof SessionError && error.code === "LOST" && this.session.open;
  }

  /** Waits until the authority knows this client again. */
  async ready(): Promise<void> {
    await this.#entering?.catch(() => undefined);
  }

  async #askAgain<Answer>({ again, ...ask }: Ask<Answer>, error: unknown): Promise<Answer> {
    if (error !== undefined && !this.mayRepeat(error)) throw error;
    const mayHaveRun = error instanceof SessionError && error.outcome !== "notSent";
    await this.ready();
    // Once it may have run, it may have in all further tries.
    return await this.ask(mayHaveRun && again ? { ...ask, args: again() } : { ...ask, again });
  }

  async #enterAgain(): Promise<void> {
    await this.enter();
    await Promise.all([...this.#onReset].map((refresh) => refresh()));
  }
}
