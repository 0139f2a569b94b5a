/**
 * The calls that this end made and waits for.
 *
 * @module
 */

import { SignalWatch } from "@fourwire/transport";
import type { Deadlines } from "./deadlines.ts";
import { failureOf, type Outcome, SessionError } from "./errors.ts";
import { describeBusy } from "./loop-time.ts";
import { Numbered } from "./numbered.ts";
import type { OutgoingCall } from "./outgoing-call.ts";

/** What the calls of a session do to the far end. */
export interface CallsOptions {
  readonly deadlines: Deadlines;
  /** Tells the far end that nobody waits any more. */
  cancel(id: number, reason: unknown): void;
  /** Tells the far end that a signal among the arguments aborted. */
  abort(id: number, index: number, reason: unknown): void;
}

/** The calls of one session that have no answer yet. */
export class Calls {
  readonly #options: CallsOptions;
  readonly #pending = new Numbered<OutgoingCall>();
  readonly #signals = new SignalWatch();
  #lastId = 0;
  readonly #expired = (call: OutgoingCall): void => this.#expire(call);

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

  /** Waits for the answer to a call that is on its way, with these signals among its arguments. */
  wait(call: OutgoingCall, signals: readonly AbortSignal[]): void {
    this.#pending.add(call.id, call);
    call.expired = this.#expired;
    this.#options.deadlines.add(call, call.timeoutMs);
    if (call.options?.signal || signals.length > 0) this.#watch(call, signals);
  }

  /** Says whether a call was made here and has no answer yet. */
  has(call: OutgoingCall): boolean {
    return this.#pending.get(call.id) === call;
  }

  /** Settles a call with its result. Returns false for one that nobody waits for. */
  resolve(id: unknown, value: unknown): boolean {
    const call = this.#take(id);
    call?.span?.end();
    call?.resolve(value);
    return call !== undefined;
  }

  /** Settles a call with the far end's error. Returns false for one that nobody waits for. */
  reject(id: unknown, error: unknown): boolean {
    const call = this.#take(id);
    if (call) rejectCall(call, error);
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
    rejectCall(call, error);
  }

  /** Rejects every call because the session is over; those beyond the last batch sent never left. */
  fail(reason: SessionError, lastSentSeq: number): void {
    for (const call of this.#pending.clear()) {
      const outcome: Outcome = call.seq > lastSentSeq ? "notSent" : "unknown";
      this.#forget(call);
      rejectCall(call, failureOf(reason, outcome));
    }
  }

  #take(id: unknown): OutgoingCall | undefined {
    const call = typeof id === "number" ? this.#pending.take(id) : undefined;
    if (call) this.#forget(call);
    return call;
  }

  #forget(call: OutgoingCall): void {
    this.#options.deadlines.remove(call);
    call.unwatch?.();
  }

  #expire({ id, due, timeoutMs, target, idleBeforeMs }: OutgoingCall): void {
    const waitedMs = performance.now() - (due - timeoutMs);
    const message = `${describeTarget(target)} gave no answer in ${timeoutMs} ms${describeBusy(waitedMs, idleBeforeMs)}`;
    this.giveUp(id, new SessionError("TIMEOUT", message, { outcome: "unknown" }));
  }

  #watch(call: OutgoingCall, signals: readonly AbortSignal[]): void {
    const stops = signals.map((each, index) =>
      this.#signals.add(each, () => this.#options.abort(call.id, index, each.reason)),
    );
    const signal = call.options?.signal;
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

function rejectCall(call: OutgoingCall, error: unknown): void {
  call.span?.end(error);
  call.reject(error);
}
