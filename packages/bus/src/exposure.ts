/**
 * A function that is served by name.
 *
 * @module
 */

import { BusError } from "./errors.ts";
import type { AnyFunction } from "./method-names.ts";
import type { CallMessage } from "./rpc-message.ts";
import { check, type Schema } from "./schema.ts";

/** How a function is served. */
export interface ExposeOptions {
  /** Checks the arguments, as one array. Default: they are taken as they are. */
  readonly input?: Schema<unknown, readonly unknown[]> | undefined;
  /** Checks the result. Default: it is taken as it is. */
  readonly output?: Schema<unknown> | undefined;
  /** The names of the parameters in order, for callers that pass arguments by name. Default: none can. */
  readonly parameters?: readonly string[] | undefined;
  /** The most calls that run at once; others wait, and are not run when their time is up. Default: no bound but `maxCalls`. */
  readonly concurrency?: number | undefined;
  /** The most calls that run and wait; further ones reject with `BUSY`. Default 65,536. */
  readonly maxCalls?: number | undefined;
  /** How long a reply is kept for repetitions of a call with an idempotency key, in ms. Default 60,000. */
  readonly replyWindowMs?: number | undefined;
}

/** How a call ended. */
export type CallOutcome =
  | { readonly kind: "result"; readonly value: unknown }
  | { readonly kind: "error"; readonly value: unknown };

const DEFAULT_MAX_CALLS = 65_536;
const DEFAULT_REPLY_WINDOW_MS = 60_000;
/** The most replies kept for repetitions; beyond it, the oldest is forgotten early. */
const MAX_KEPT_REPLIES = 10_000;

/** A function, the calls that wait for it, and the replies kept for repetitions. */
export class ServedFunction {
  readonly name: string;
  readonly fn: AnyFunction;
  readonly #call: (args: readonly unknown[]) => unknown;
  readonly #options: ExposeOptions;
  readonly #waiting: (() => void)[] = [];
  readonly #replies = new Map<string, { readonly outcome: Promise<CallOutcome>; readonly until: number }>();
  #running = 0;

  /** `call` runs the function with its `this`. Throws a `TypeError` for options that make no sense. */
  constructor(name: string, fn: AnyFunction, call: (args: readonly unknown[]) => unknown, options: ExposeOptions) {
    const { concurrency = 1, maxCalls = 1, replyWindowMs = 0 } = options;
    if (!(concurrency >= 1)) throw new TypeError(`concurrency is ${String(concurrency)}; expected 1 or more`);
    if (!(maxCalls >= 1)) throw new TypeError(`maxCalls is ${String(maxCalls)}; expected 1 or more`);
    if (!(replyWindowMs >= 0)) throw new TypeError(`replyWindowMs is ${String(replyWindowMs)}; expected 0 or more`);
    this.name = name;
    this.fn = fn;
    this.#call = call;
    this.#options = options;
  }

  /** The calls that run and wait. */
  get load(): number {
    return this.#running + this.#waiting.length;
  }

  /** Runs a call, or finds the reply to the one that it repeats. Never rejects. */
  answer(message: CallMessage, signal: AbortSignal): Promise<CallOutcome> {
    const { idempotencyKey } = message;
    if (idempotencyKey === undefined) return this.#answer(message, signal);
    const now = performance.now();
    const kept = this.#replies.get(idempotencyKey);
    if (kept && kept.until > now) return kept.outcome;
    const outcome = this.#answer(message, signal);
    const { replyWindowMs = DEFAULT_REPLY_WINDOW_MS } = this.#options;
    this.#replies.delete(idempotencyKey);
    this.#replies.set(idempotencyKey, { outcome, until: now + replyWindowMs });
    this.#forgetReplies(now);
    return outcome;
  }

  async #answer(message: CallMessage, signal: AbortSignal): Promise<CallOutcome> {
    try {
      return { kind: "result", value: await this.#run(message, signal) };
    } catch (value) {
      return { kind: "error", value };
    }
  }

  async #run(message: CallMessage, signal: AbortSignal): Promise<unknown> {
    const { concurrency = Number.POSITIVE_INFINITY, maxCalls = DEFAULT_MAX_CALLS, input, output } = this.#options;
    if (this.load >= maxCalls) {
      throw new BusError("BUSY", `More than ${maxCalls} calls of "${this.name}" run or wait (maxCalls)`);
    }
    if (this.#running >= concurrency) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running += 1;
    try {
      // Nobody waits for the answer any more.
      signal.throwIfAborted();
      const given = this.#arrange(message);
      const args = input ? await check(input, given, `The call of "${this.name}"`) : given;
      const result = await this.#call(args);
      return output ? await check(output, result, `The result of "${this.name}"`) : result;
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }

  /** Puts arguments by name where their parameters are. Throws a `TypeError` for a name that is none. */
  #arrange({ args, named }: CallMessage): readonly unknown[] {
    if (!named) return args;
    const { parameters } = this.#options;
    if (!parameters)
      throw new TypeError(`"${this.name}" was exposed without parameters, so it has no arguments by name`);
    const arranged = [...args];
    for (const [key, value] of Object.entries(named)) {
      const index = parameters.indexOf(key);
      if (index === -1) throw new TypeError(`"${this.name}" has no parameter "${key}"`);
      if (index < args.length) throw new TypeError(`"${this.name}" got its parameter "${key}" twice`);
      arranged[index] = value;
    }
    return arranged;
  }

  #forgetReplies(now: number): void {
    for (const [key, { until }] of this.#replies) {
      if (until > now && this.#replies.size <= MAX_KEPT_REPLIES) return;
      this.#replies.delete(key);
    }
  }
}
