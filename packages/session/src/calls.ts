/**
 * The calls that this end made and waits for.
 *
 * @module
 */

import { type Deadlines, Timed } from "./deadlines.ts";
import { failureOf, type Outcome, SessionError } from "./errors.ts";
import { describeBusy } from "./loop-time.ts";
import { SignalWatch } from "./signal-watch.ts";

/** What a call needs to be watched for beside its answer. */
export interface CallWatch {
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

class PendingCall extends Timed {
  readonly id: number;
  readonly target: unknown;
  readonly timeoutMs: number;
  /** The batch that the call is in. */
  readonly seq: number;
  readonly #calls: Calls;
  /** Stops listening to signals; only calls that have any have one. */
  unwatch: (() => void) | undefined;
  resolve: (value: unknown) => void = ignore;
  reject: (error: unknown) => void = ignore;

  constructor(calls: Calls, id: number, target: unknown, timeoutMs: number, seq: number) {
    super();
    this.#calls = calls;
    this.id = id;
    this.target = target;
    this.timeoutMs = timeoutMs;
    this.seq = seq;
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

  /** Waits for the answer to a call that is on its way in batch `seq`. */
  wait(id: number, target: unknown, seq: number, watch: CallWatch): Promise<unknown> {
    const call = new PendingCall(this, id, target, watch.timeoutMs, seq);
    this.#pending.set(id, call);
    this.#options.deadlines.add(call, watch.timeoutMs);
    if (watch.signal || watch.signals.length > 0) this.#watch(call, watch);
    return new Promise((resolve, reject) => {
      call.resolve = resolve;
      call.reject = reject;
    });
  }

  /** Settles a call with its result. Returns false for one that nobody waits for. */
  resolve(id: unknown, value: unknown): boolean {
    const call = this.#take(id);
    call?.resolve(value);
    return call !== undefined;
  }

  /** Settles a call with the far end's error. Returns false for one that nobody waits for. */
  reject(id: unknown, error: unknown): boolean {
    const call = this.#take(id);
    call?.reject(error);
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
    call.reject(error);
  }

  /** Rejects every call because the session is over; those beyond the last batch sent never left. */
  fail(reason: SessionError, lastSentSeq: number): void {
    const calls = [...this.#pending.values()];
    for (const call of calls) {
      const outcome: Outcome = call.seq > lastSentSeq ? "notSent" : "unknown";
      this.#take(call.id);
      call.reject(failureOf(reason, outcome));
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

  #watch(call: PendingCall, { signal, signals }: CallWatch): void {
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

function ignore(): void {}
