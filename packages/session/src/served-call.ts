/**
 * One call of the far end while it is served.
 *
 * @module
 */

import type { CallContext, Peer } from "./context.ts";
import { type Deadlines, Timed } from "./deadlines.ts";
import { SessionError } from "./errors.ts";
import type { SignalSource } from "./unpacker.ts";

/** A call that is being served. Its signals come into being when they are asked for. */
export class ServedCall extends Timed implements CallContext {
  readonly peer: Peer;
  readonly metadata: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Called when the call has its answer, for what was kept for it alone. */
  answered: (() => void) | undefined;
  readonly #deadlines: Deadlines;
  #own: AbortController | undefined;
  #others: Map<number, AbortController> | undefined;
  #over: unknown;
  #answered = false;
  #cancelled = false;

  constructor(peer: Peer, timeoutMs: number, metadata: Readonly<Record<string, string>>, deadlines: Deadlines) {
    super();
    this.peer = peer;
    this.timeoutMs = timeoutMs;
    this.metadata = metadata;
    this.#deadlines = deadlines;
  }

  get signal(): AbortSignal {
    this.#own ??= this.#open();
    return this.#own.signal;
  }

  /** Finds the signal at an index of the arguments. */
  readonly signalAt: SignalSource = (index, aborted) => {
    this.#others ??= new Map();
    const controller = this.#others.get(index) ?? this.#open();
    this.#others.set(index, controller);
    if (aborted) controller.abort();
    return controller.signal;
  };

  /** Aborts the signal at an index of the arguments. */
  abortAt(index: unknown, reason: unknown): void {
    if (typeof index === "number") this.#others?.get(index)?.abort(reason);
  }

  /** Aborts everything: the caller no longer waits. */
  abort(reason: unknown): void {
    this.#over ??= reason;
    this.#deadlines.remove(this);
    this.#own?.abort(reason);
    for (const controller of this.#others?.values() ?? []) controller.abort(reason);
  }

  /** Whether nobody waits for the answer any more. */
  get cancelled(): boolean {
    return this.#cancelled;
  }

  /** Aborts everything, and keeps the answer from leaving. */
  cancel(reason: unknown): void {
    this.#cancelled = true;
    this.abort(reason);
  }

  /** Ends the deadline: the call has its answer. What was kept for it alone stays if the answer may need it. */
  release(needed = false): void {
    this.#answered = true;
    if (!needed) this.answered?.();
    this.#deadlines.remove(this);
  }

  override expire(): void {
    this.abort(new SessionError("TIMEOUT", `The call's ${this.timeoutMs} ms are over`));
  }

  #open(): AbortController {
    const controller = new AbortController();
    if (this.#over !== undefined) controller.abort(this.#over);
    else if (!this.lane && !this.#answered) this.#deadlines.add(this, this.timeoutMs);
    return controller;
  }
}
