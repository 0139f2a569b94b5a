/**
 * One conversation with one other end, as users hold it.
 *
 * @module
 */

import type { CallOptions } from "./call-options.ts";
import type { Peer } from "./context.ts";
import type { Conversation } from "./conversation.ts";
import type { ConversationStats } from "./conversation-options.ts";
import type { SessionError } from "./errors.ts";
import { type OutgoingCall, PromisedCall } from "./outgoing-call.ts";
import type { StateChange, States } from "./states.ts";

/** How often a session came back, and how often it had to begin anew then. */
export interface Returns {
  resumes: number;
  resets: number;
}

/** What keeps a session going: one for the end that connects, one for the end that listens. */
export interface SessionKeeper {
  readonly peer: Peer;
  readonly closed: Promise<SessionError | undefined>;
  readonly states: States;
  /** The run that calls go to at present. */
  readonly conversation: Conversation;
  readonly returns: Readonly<Returns>;
  close(reason: string): Promise<void>;
}

/** What goes on in a session. */
export interface SessionStats extends ConversationStats {
  /** How often the session went on over another channel. */
  readonly resumes: number;
  /** How often it came back to a far end that no longer knew it. */
  readonly resets: number;
}

/**
 * One conversation with one other end: either calls the other.
 *
 * It outlives its channel. When that is lost, the end that connected comes back
 * and both go on where they were: every call still has one answer and runs once.
 * Made by `openSession` and `serveSessions`.
 */
export class Session implements AsyncDisposable {
  readonly #keeper: SessionKeeper;

  constructor(keeper: SessionKeeper) {
    this.#keeper = keeper;
  }

  /** Who is at the other end. */
  get peer(): Peer {
    return this.#keeper.peer;
  }

  /** Settles, and never rejects, when the session is over: with nothing after `close` at this end, with the reason otherwise. */
  get closed(): Promise<SessionError | undefined> {
    return this.#keeper.closed;
  }

  /** Whether the session can still be used; it may be without a channel for a while. */
  get open(): boolean {
    return this.#keeper.states.current.state !== "closed";
  }

  /** What the session is up to, and why. */
  get state(): StateChange {
    return this.#keeper.states.current;
  }

  /** Watches what the session is up to: the present state, then every change until it is closed or the signal aborts. */
  states({ signal }: { readonly signal?: AbortSignal | undefined } = {}): AsyncIterable<StateChange> {
    return this.#keeper.states.watch(signal);
  }

  /**
   * Calls the far end and waits for its answer.
   *
   * Rejects with the far end's error, or with a `SessionError`: `TIMEOUT`,
   * `CLOSED`, `LOST`, `QUEUE_FULL`, `NOT_SERIALIZABLE`, `LIMIT_EXCEEDED`; with
   * the signal's reason when it aborts. Byte values of 8 KiB and more are not
   * copied: they must stay as they are until the answer comes.
   */
  call(target: unknown, args: readonly unknown[], options?: CallOptions): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.start(new PromisedCall(target, options, resolve, reject), args);
    });
  }

  /**
   * Starts a call that knows itself what to do with its answer, for what stands
   * above the session and makes promises of its own.
   *
   * Throws what `call` rejects with before anything is sent; the call's `reject`
   * gets the rest.
   */
  start(call: OutgoingCall, args: readonly unknown[]): void {
    this.#keeper.conversation.start(call, args);
  }

  /**
   * What is the same for all calls that leave together: those of one turn of the
   * event loop, its promises included.
   */
  get turn(): object {
    return this.#keeper.conversation.turn;
  }

  /**
   * Lets the result of a call stay at the far end, where calls of this turn can
   * be made on it: the handler's `keep` there gets it with the call's number.
   * From promise pipelining in E and Cap'n Proto.
   *
   * Says whether it could: not when the call has left already. If so, the call's
   * own answer is empty, and the result is dropped when this turn is over.
   */
  keep(call: OutgoingCall): boolean {
    return this.#keeper.conversation.keep(call);
  }

  /**
   * Tells the far end something without waiting for it to act.
   *
   * Throws what `call` rejects with before anything is sent.
   */
  notify(target: unknown, args: readonly unknown[]): void {
    this.#keeper.conversation.notify(target, args);
  }

  /** Tells the far end that this end lets go of something that arrived so many times. Does nothing once the session is over. */
  release(reference: number, count: number): void {
    this.#keeper.conversation.release(reference, count);
  }

  /** Measures a round trip through the far end's event loop, in ms. Rejects when the session ends or the signal aborts. */
  ping({ signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<number> {
    return this.#keeper.conversation.ping(signal);
  }

  /** Counts what goes on. */
  stats(): SessionStats {
    return { ...this.#keeper.conversation.stats(), ...this.#keeper.returns };
  }

  /** Sends what waits, tells the far end and ends the session: pending calls reject, served ones are aborted. Safe to call twice. */
  close(reason = "it was closed"): Promise<void> {
    return this.#keeper.close(reason);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
