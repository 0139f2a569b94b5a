/**
 * The calls of the far end that this end runs.
 *
 * @module
 */

import { targetName } from "./calls.ts";
import { type CallContext, type Peer, runInContext } from "./context.ts";
import type { AccessOptions } from "./credentials.ts";
import { type Deadlines, Timed } from "./deadlines.ts";
import { SessionError, toError } from "./errors.ts";
import type { Tracing } from "./tracing.ts";
import type { SignalSource } from "./unpacker.ts";

/** What a session serves. Both functions may throw or reject; the caller gets the error. */
export interface Handler {
  /** Runs a call and returns its result or a promise of it. */
  call(target: unknown, args: readonly unknown[]): unknown;
  /** Runs a notification; whatever it returns is ignored, whatever it throws goes to `onError`. */
  notify(target: unknown, args: readonly unknown[]): unknown;
  /** Names a deed for `authorize` and for spans. Default: a `call` or `notify` of the target's name. */
  describe?(target: unknown, kind: "call" | "notify"): Deed;
  /** Called after the far end forgot the session: what it kept for this end is gone. */
  reset?(): void;
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
  readonly deadlines: Deadlines;
  readonly maxCalls: number;
  result(id: number, value: unknown): void;
  error(id: number, error: unknown): void;
  /** Called with what nobody waits for. */
  unheard(error: Error): void;
}

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

  /** Ends the deadline: the call has its answer. */
  release(): void {
    this.#answered = true;
    this.answered?.();
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

/** The calls that one session serves. */
export class Serving {
  readonly #options: ServingOptions;
  readonly #running = new Map<number, ServedCall>();

  constructor(options: ServingOptions) {
    this.#options = options;
  }

  /** The number of calls that have not been answered. */
  get size(): number {
    return this.#running.size;
  }

  /** Says whether a call of this number is running. */
  has(id: number): boolean {
    return this.#running.has(id);
  }

  /** Runs a call and answers it. */
  call(id: number, target: unknown, args: readonly unknown[], served: ServedCall): void {
    const { handler, maxCalls } = this.#options;
    if (this.#running.size >= maxCalls) {
      const message = `More than ${maxCalls} calls of this session are running (maxCalls)`;
      this.#options.error(id, new SessionError("LIMIT_EXCEEDED", message));
      return;
    }
    try {
      const result = this.#run("call", target, served, () => handler.call(target, args));
      if (isThenable(result)) this.#answerLater(id, result, served);
      else this.#answer(id, result, served);
    } catch (error) {
      this.#running.delete(id);
      served.release();
      this.#options.error(id, error);
    }
  }

  /** Runs a notification. */
  notify(target: unknown, args: readonly unknown[], served: ServedCall): void {
    const { handler, unheard } = this.#options;
    try {
      const result = this.#run("notify", target, served, () => handler.notify(target, args));
      if (isThenable(result)) result.then(undefined, (error: unknown) => unheard(toError(error)));
    } catch (error) {
      unheard(toError(error));
    }
  }

  /** Aborts a call that the far end no longer waits for. */
  cancel(id: unknown, reason: unknown): void {
    const served = this.#take(id);
    served?.abort(reason);
  }

  /** Aborts a signal among the arguments of a call. */
  abort(id: unknown, index: unknown, reason: unknown): void {
    if (typeof id === "number") this.#running.get(id)?.abortAt(index, reason);
  }

  /** Aborts every call: the far end is gone. */
  clear(reason: unknown): void {
    const calls = [...this.#running.values()];
    this.#running.clear();
    for (const served of calls) served.abort(reason);
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
    served.release();
    this.#options.result(id, result);
  }

  #answerLater(id: number, result: PromiseLike<unknown>, served: ServedCall): void {
    this.#running.set(id, served);
    result.then(
      (value) => {
        if (this.#take(id)) this.#answer(id, value, served);
      },
      (error: unknown) => {
        if (!this.#take(id)) return;
        served.release();
        this.#options.error(id, error);
      },
    );
  }

  #take(id: unknown): ServedCall | undefined {
    const served = typeof id === "number" ? this.#running.get(id) : undefined;
    if (served && typeof id === "number") this.#running.delete(id);
    return served;
  }
}

function permit(allowed: boolean, { action, subject }: Deed, run: () => unknown): unknown {
  if (allowed) return run();
  throw new SessionError("UNAUTHORIZED", `This client may not ${action} "${subject}"`);
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
