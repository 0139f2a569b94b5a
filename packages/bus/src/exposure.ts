/**
 * A function that is served by name.
 *
 * @module
 */

import type { Ending } from "./ending.ts";
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
  /** Those that wait for their turn, in the order in which they came. */
  readonly #waiting = new Set<() => void>();
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
    return this.#running + this.#waiting.size;
  }

  /** Runs a call, or finds the reply to the one that it repeats. `life` ends when nobody waits for the answer any more. Never rejects. */
  answer(message: CallMessage, life: Ending): Promise<CallOutcome> {
    const { idempotencyKey } = message;
    if (idempotencyKey === undefined) return this.#answer(message, life);
    const now = performance.now();
    const kept = this.#replies.get(idempotencyKey);
    if (kept && kept.until > now) return kept.outcome;
    const outcome = this.#answer(message, life);
    const { replyWindowMs = DEFAULT_REPLY_WINDOW_MS } = this.#options;
    const reply = { outcome, until: now + replyWindowMs };
    this.#replies.delete(idempotencyKey);
    this.#replies.set(idempotencyKey, reply);
    this.#forgetReplies(now);
    void outcome.then(({ kind, value }) => {
      // A call that was not run, or was stopped, has no reply that a repetition could be given.
      const isVoid = kind === "error" && (life.isOver || isBusy(value));
      if (isVoid && this.#replies.get(idempotencyKey) === reply) this.#replies.delete(idempotencyKey);
    });
    return outcome;
  }

  async #answer(message: CallMessage, life: Ending): Promise<CallOutcome> {
    try {
      const { concurrency = Number.POSITIVE_INFINITY, maxCalls = DEFAULT_MAX_CALLS } = this.#options;
      if (this.load >= maxCalls) {
        throw new BusError("BUSY", `More than ${maxCalls} calls of "${this.name}" run or wait (maxCalls)`);
      }
      if (this.#running >= concurrency) await this.#turn(life);
      else this.#running += 1;
    } catch (value) {
      return { kind: "error", value };
    }
    try {
      return { kind: "result", value: await this.#run(message, life) };
    } catch (value) {
      return { kind: "error", value };
    } finally {
      this.#passOn();
    }
  }

  /** Waits for a call that runs to end. Rejects when nobody waits for the answer any more. */
  #turn(life: Ending): Promise<void> {
    return new Promise((resolve, reject) => {
      const unlink = life.add(() => {
        this.#waiting.delete(run);
        reject(life.reason);
      });
      const run = (): void => {
        unlink();
        resolve();
      };
      if (!life.isOver) this.#waiting.add(run);
    });
  }

  /** Gives the place of a call that has ended to the one that waits longest: nobody else may take it in between. */
  #passOn(): void {
    const [next] = this.#waiting;
    if (!next) {
      this.#running -= 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }

  /** Runs the function, without waiting where it does not. */
  #run(message: CallMessage, life: Ending): unknown {
    life.throwIfOver();
    const { input, output } = this.#options;
    const given = this.#arrange(message);
    return input || output ? this.#runChecked(given, input, output) : this.#call(given);
  }

  async #runChecked(
    given: readonly unknown[],
    input: ExposeOptions["input"],
    output: ExposeOptions["output"],
  ): Promise<unknown> {
    const args = input ? await check(input, given, `The call of "${this.name}"`) : given;
    const result = await this.#call(args);
    return output ? await check(output, result, `The result of "${this.name}"`) : result;
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

function isBusy(value: unknown): boolean {
  return value instanceof BusError && value.code === "BUSY";
}
