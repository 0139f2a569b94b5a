/**
 * The calls that this end made and waits for.
 *
 * @module
 */

import type { CallOptions } from "./call-options.ts";
import { type Deadlines, Timed } from "./deadlines.ts";
import { failureOf, type Outcome, SessionError } from "./errors.ts";
import { describeBusy } from "./loop-time.ts";
import { SignalWatch } from "./signal-watch.ts";

/** What becomes of a call: one of the two is called, once. */
export interface Settle {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** A call to make. */
export interface CallRequest {
  readonly target: unknown;
  readonly args: readonly unknown[];
  readonly options: CallOptions | undefined;
  readonly settle: Settle;
}

/** A call under way. */
export interface StartedCall {
  /** The call's number within the session. */
  readonly id: number;
  /** The turn in which it was started; see `Session.turn`. */
  readonly turn: object;
}

/** A call that is on its way. */
export interface CallStart {
  readonly id: number;
  readonly target: unknown;
  /** The batch that its entry is in. */
  readonly seq: number;
  /** The position in that batch. */
  readonly at: number;
  /** Whether the entry has options in it. */
  readonly hasOptions: boolean;
  readonly turn: object;
  readonly settle: Settle;
  readonly timeoutMs: number;
  /** Aborting it rejects the call at once and tells the far end. */
  readonly signal: AbortSignal | undefined;
  /** The signals among the arguments, by index. */
  readonly signals: readonly AbortSignal[];
}

/** What the calls of a session do to the far end. */
export interface CallsOptions {
  readonly deadlines: Deadlines;
  /** Tells the far end that nobody waits any more. */
  cancel(id: number, reason: unknown): void;
  /** Tells the far end that a signal among the arguments aborted. */
  abort(id: number, index: number, reason: unknown): void;
}

/** A call without an answer. */
export class PendingCall extends Timed implements StartedCall {
  readonly id: number;
  readonly target: unknown;
  readonly timeoutMs: number;
  readonly seq: number;
  readonly at: number;
  readonly hasOptions: boolean;
  readonly turn: object;
  readonly settle: Settle;
  readonly #calls: Calls;
  /** Stops listening to signals; only calls that have any have one. */
  unwatch: (() => void) | undefined;

  constructor(calls: Calls, call: CallStart) {
    super();
    this.#calls = calls;
    this.id = call.id;
    this.target = call.target;
    this.timeoutMs = call.timeoutMs;
    this.seq = call.seq;
    this.at = call.at;
    this.hasOptions = call.hasOptions;
    this.turn = call.turn;
    this.settle = call.settle;
  }

  override expire(): void {
    const waitedMs = performance.now() - (this.due - this.timeoutMs);
    const busy = describeBusy(waitedMs, this.idleBeforeMs);
    const message = `${describeTarget(this.target)} gave no answer in ${this.timeoutMs} ms${busy}`;
    this.#calls.giveUp(this.id, new SessionError("TIMEOUT", message, { outcome: "unknown" }));
  }
}

/** The calls of one session that have no answer yet. */
export class Calls {
  readonly #options: CallsOptions;
  readonly #pending = new Map<number, PendingCall>();
  readonly #signals = new SignalWatch();
  #lastId = 0;

  constructor(options: CallsOptions) {
    this.#options = options;
  }

  /** The number of calls without an answer. */
  get size(): number {
    return this.#pending.size;
  }

  /** Takes the number for the next call. */
  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  /** Waits for the answer to a call that is on its way. */
  wait(start: CallStart): StartedCall {
    const call = new PendingCall(this, start);
    this.#pending.set(start.id, call);
    this.#options.deadlines.add(call, start.timeoutMs);
    if (start.signal || start.signals.length > 0) this.#watch(call, start);
    return call;
  }

  /** Finds a call that was started here and has no answer yet. */
  find(started: StartedCall): PendingCall | undefined {
    const call = this.#pending.get(started.id);
    return call === started ? call : undefined;
  }

  /** Settles a call with its result. Returns false for one that nobody waits for. */
  resolve(id: unknown, value: unknown): boolean {
    const call = this.#take(id);
    call?.settle.resolve(value);
    return call !== undefined;
  }

  /** Settles a call with the far end's error. Returns false for one that nobody waits for. */
  reject(id: unknown, error: unknown): boolean {
    const call = this.#take(id);
    call?.settle.reject(error);
    return call !== undefined;
  }

  /** Says whether a number was ever given to a call, so that a late answer can be told from a made-up one. */
  knows(id: unknown): boolean {
    return typeof id === "number" && id > 0 && id <= this.#lastId;
  }

  /** Rejects a call and tells the far end that nobody waits any more. */
  giveUp(id: number, error: unknown): void {
    const call = this.#take(id);
    if (!call) return;
    this.#options.cancel(id, error);
    call.settle.reject(error);
  }

  /** Rejects every call because the session is over; those beyond the last batch sent never left. */
  fail(reason: SessionError, lastSentSeq: number): void {
    const calls = [...this.#pending.values()];
    for (const call of calls) {
      const outcome: Outcome = call.seq > lastSentSeq ? "notSent" : "unknown";
      this.#take(call.id);
      call.settle.reject(failureOf(reason, outcome));
    }
  }

  #take(id: unknown): PendingCall | undefined {
    const call = typeof id === "number" ? this.#pending.get(id) : undefined;
    if (!call) return undefined;
    this.#pending.delete(call.id);
    this.#options.deadlines.remove(call);
    call.unwatch?.();
    return call;
  }

  #watch(call: PendingCall, { signal, signals }: CallStart): void {
    const stops = signals.map((each, index) =>
      this.#signals.add(each, () => this.#options.abort(call.id, index, each.reason)),
    );
    if (signal) stops.push(this.#signals.add(signal, () => this.giveUp(call.id, signal.reason)));
    call.unwatch = () => {
      for (const stop of stops) stop();
    };
  }
}

/** Finds the name in a call's target: the texts of its path, joined. */
export function targetName(target: unknown): string {
  const name: unknown = Array.isArray(target) ? target.filter((part) => typeof part === "string").join(".") : target;
  return typeof name === "string" ? name.slice(0, 200) : "";
}

function describeTarget(target: unknown): string {
  const name = targetName(target);
  return name === "" ? "The call" : `"${name}"`;
}
