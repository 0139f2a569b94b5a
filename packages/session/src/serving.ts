/**
 * The calls of the far end that this end runs.
 *
 * @module
 */

import { targetName } from "./calls.ts";
import { runInContext } from "./context.ts";
import type { AccessOptions } from "./credentials.ts";
import { SessionError, toError } from "./errors.ts";
import { Numbered } from "./numbered.ts";
import type { ReferencePort } from "./references.ts";
import type { ServedCall } from "./served-call.ts";
import type { Tracing } from "./tracing.ts";

/** What a session serves. Both functions may throw or reject; the caller gets the error. */
export interface Handler {
  /** Runs a call and returns its result or a promise of it. */
  call(target: unknown, args: readonly unknown[]): unknown;
  /** Runs a notification; whatever it returns is ignored, whatever it throws goes to `onError`. */
  notify(target: unknown, args: readonly unknown[]): unknown;
  /**
   * Takes the result of a call, or a promise of it, for the calls on it that
   * follow, until `drop`. Default: it is thrown away. What this throws, the
   * caller gets in place of an empty answer.
   */
  keep?(id: number, result: unknown): void;
  /** Lets go of the result of a call. */
  drop?(id: number): void;
  /** What crosses by reference. Default: nothing does. */
  readonly references?: ReferencePort | undefined;
  /** Names a deed for `authorize` and for spans. Default: a `call` or `notify` of the target's name. */
  describe?(target: unknown, kind: "call" | "notify"): Deed;
  /** Called after the far end forgot the session: what it kept for this end is gone. */
  reset?(): void;
}

/** A call as it arrived. */
export interface ArrivedCall {
  readonly id: number;
  readonly target: unknown;
  readonly args: readonly unknown[];
  /** Whether the result stays here for calls on it, and the answer is empty. */
  readonly isKept: boolean;
}

/** What is done to what. */
export interface Deed {
  readonly action: string;
  readonly subject: string;
}

/** How served calls answer. */
export interface ServingOptions {
  readonly handler: Handler;
  readonly authorize: AccessOptions["authorize"];
  readonly tracing: Tracing | undefined;
  readonly maxCalls: number;
  /** Answers a call, and says whether a stream goes with the answer. */
  result(id: number, value: unknown): boolean;
  error(id: number, error: unknown): void;
  /** Called with what nobody waits for. */
  unheard(error: Error): void;
}

/** The calls that one session serves. */
export class Serving {
  readonly #options: ServingOptions;
  /** The calls under way, cancelled ones included until their functions end. */
  readonly #running = new Numbered<ServedCall>();
  /** The notifications under way. */
  readonly #heard = new Set<ServedCall>();

  constructor(options: ServingOptions) {
    this.#options = options;
  }

  /** The number of functions that run for the far end. */
  get size(): number {
    return this.#running.size + this.#heard.size;
  }

  /** Says whether a call of this number is running. */
  has(id: number): boolean {
    return this.#running.has(id);
  }

  /** Runs a call and answers it. */
  call({ id, target, args, isKept }: ArrivedCall, served: ServedCall): void {
    const { handler } = this.#options;
    try {
      this.#requireRoom();
      const run = (): unknown => handler.call(target, args);
      const result = isKept ? this.#keep(id, target, served, run) : this.#run("call", target, served, run);
      if (isThenable(result)) this.#answerLater(id, result, served);
      else this.#answer(id, result, served);
    } catch (error) {
      this.#running.take(id);
      served.release();
      this.#options.error(id, error);
    }
  }

  /** Lets go of the result of a kept call. */
  drop(id: number): void {
    this.#options.handler.drop?.(id);
  }

  /** Runs a notification. */
  notify(target: unknown, args: readonly unknown[], served: ServedCall): void {
    const { handler, unheard } = this.#options;
    try {
      this.#requireRoom();
      const result = this.#run("notify", target, served, () => handler.notify(target, args));
      if (isThenable(result)) this.#awaitNotified(result, served);
      else served.release();
    } catch (error) {
      served.release();
      unheard(toError(error));
    }
  }

  /** Aborts a call that the far end no longer waits for. It counts as running until its function ends. */
  cancel(id: unknown, reason: unknown): void {
    const served = typeof id === "number" ? this.#running.get(id) : undefined;
    served?.cancel(reason);
  }

  /** Aborts a signal among the arguments of a call. */
  abort(id: unknown, index: unknown, reason: unknown): void {
    if (typeof id === "number") this.#running.get(id)?.abortAt(index, reason);
  }

  /** Aborts every call: the far end is gone. */
  clear(reason: unknown): void {
    const calls = [...this.#running.clear(), ...this.#heard];
    this.#heard.clear();
    for (const served of calls) served.cancel(reason);
  }

  /** Runs a call whose result, or failure, stays here, and returns when it has ended. */
  #keep(id: number, target: unknown, served: ServedCall, run: () => unknown): unknown {
    const outcome = attempt(() => this.#run("call", target, served, run));
    const result = isThenable(outcome) ? Promise.resolve(outcome) : outcome;
    // Before anything else, so that a failure nobody asks for is nobody's.
    const ended = result instanceof Promise ? result.then(nothing, nothing) : undefined;
    this.#options.handler.keep?.(id, result);
    return ended;
  }

  #requireRoom(): void {
    const { maxCalls } = this.#options;
    if (this.size < maxCalls) return;
    throw new SessionError("LIMIT_EXCEEDED", `More than ${maxCalls} calls of this session are running (maxCalls)`);
  }

  /** Runs a served function in its context, after asking whether it may run, and within its span. */
  #run(kind: "call" | "notify", target: unknown, served: ServedCall, run: () => unknown): unknown {
    const { authorize, tracing, handler } = this.#options;
    if (!authorize && !tracing) return runInContext(served, run);
    const deed = handler.describe?.(target, kind) ?? { action: kind, subject: targetName(target) };
    const name = `${deed.action} ${deed.subject}`;
    const traced = tracing ? () => tracing.serve(name, served.metadata, run) : run;
    if (!authorize) return runInContext(served, traced);
    const verdict = authorize({ principal: served.peer.principal, ...deed });
    if (typeof verdict === "boolean") return permit(verdict, deed, () => runInContext(served, traced));
    return verdict.then((allowed) => permit(allowed, deed, () => runInContext(served, traced)));
  }

  #answer(id: number, result: unknown, served: ServedCall): void {
    // A stream that goes with the answer may be made of those among the arguments.
    const streams = this.#options.result(id, result);
    served.release(streams);
  }

  #answerLater(id: number, result: PromiseLike<unknown>, served: ServedCall): void {
    this.#running.add(id, served);
    result.then(
      (value) => {
        this.#running.take(id);
        if (served.cancelled) served.release();
        else this.#answer(id, value, served);
      },
      (error: unknown) => {
        this.#running.take(id);
        served.release();
        if (!served.cancelled) this.#options.error(id, error);
      },
    );
  }

  #awaitNotified(result: PromiseLike<unknown>, served: ServedCall): void {
    this.#heard.add(served);
    const settle = (): void => {
      this.#heard.delete(served);
      served.release();
    };
    result.then(settle, (error: unknown) => {
      settle();
      this.#options.unheard(toError(error));
    });
  }
}

function permit(allowed: boolean, { action, subject }: Deed, run: () => unknown): unknown {
  if (allowed) return run();
  throw new SessionError("UNAUTHORIZED", `This client may not ${action} "${subject}"`);
}

/** Runs something; what it throws becomes a promise that rejects. */
function attempt(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return Promise.reject(error);
  }
}

function nothing(): undefined {
  return undefined;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
