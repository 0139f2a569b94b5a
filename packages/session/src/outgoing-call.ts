/**
 * One call of this end, from when it is made until it has its answer.
 *
 * @module
 */

import type { CallOptions } from "./call-options.ts";
import { Timed } from "./deadlines.ts";
import type { CallSpan } from "./tracing.ts";

/**
 * A call, and what becomes of it: whoever makes one extends it by what to do
 * with the answer. It is one object from the call to the answer, as there may be
 * a million in a second.
 */
export abstract class OutgoingCall extends Timed {
  /** What is called. */
  target: unknown;
  readonly options: CallOptions | undefined;
  /** Its number within the session; 0 until it has one. */
  id = 0;
  /** The batch that its entry is in. */
  seq = 0;
  /** The position in that batch. */
  at = 0;
  /** Whether the entry has options in it. */
  hasOptions = false;
  /** The turn in which it was made; see `Session.turn`. */
  turn: object | undefined;
  timeoutMs = 0;
  span: CallSpan | undefined;
  /** Stops listening to signals; only calls that have any have one. */
  unwatch: (() => void) | undefined;
  /** Called when its time is up. */
  expired: ((call: OutgoingCall) => void) | undefined;

  constructor(target: unknown, options: CallOptions | undefined) {
    super();
    this.target = target;
    this.options = options;
  }

  /** Takes the answer. Called once, unless `reject` is. */
  abstract resolve(value: unknown): void;
  /** Takes the far end's error, or why there is no answer. Called once, unless `resolve` is. */
  abstract reject(error: unknown): void;

  override expire(): void {
    this.expired?.(this);
  }
}

/** A call whose answer settles a promise. */
export class PromisedCall extends OutgoingCall {
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (error: unknown) => void;

  constructor(
    target: unknown,
    options: CallOptions | undefined,
    resolve: (value: unknown) => void,
    reject: (error: unknown) => void,
  ) {
    super(target, options);
    this.#resolve = resolve;
    this.#reject = reject;
  }

  resolve(value: unknown): void {
    this.#resolve(value);
  }

  reject(error: unknown): void {
    this.#reject(error);
  }
}
