/**
 * The answers of all servers to one call.
 *
 * @module
 */

import { toError } from "@fourwire/session";
import { Inbox } from "@fourwire/transport";
import type { GatherOptions, RpcAnswer } from "./call-options.ts";
import { BusError } from "./errors.ts";
import type { BusIdentity } from "./identity.ts";
import type { Reply, ReplyListener } from "./reply-inbox.ts";
import { startTimer, type Timer } from "./wait.ts";

/** The silence after which the answers are taken for complete where nobody knows their number, in ms. */
const DEFAULT_SILENCE_MS = 250;

/** Collects answers until they are enough or the time is up. */
export class Gathering<Result> implements ReplyListener {
  readonly #name: string;
  readonly #timeoutMs: number;
  readonly #options: GatherOptions<Result>;
  readonly #inbox = new Inbox<RpcAnswer<Result>>();
  readonly #answers: RpcAnswer<Result>[] = [];
  /** Those that have begun, by id, until they answer. */
  readonly #working = new Map<string, BusIdentity>();
  readonly #onEnd: (isComplete: boolean) => void;
  readonly #deadline: Timer;
  readonly #abort = (): void => this.end(toError(this.#options.signal?.reason));
  #silence: Timer | undefined;
  #expected: number | undefined;
  #isCounted = false;
  #gone = 0;
  #failure: Error | undefined;
  #isOver = false;

  /** `onEnd` is told whether every server is known to have answered. */
  constructor(name: string, timeoutMs: number, options: GatherOptions<Result>, onEnd: (isComplete: boolean) => void) {
    this.#name = name;
    this.#timeoutMs = timeoutMs;
    this.#options = options;
    this.#onEnd = onEnd;
    this.#deadline = startTimer(timeoutMs, () => this.#lastTurn());
    options.signal?.addEventListener("abort", this.#abort, { once: true });
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Yields the answers as they arrive. Rejects with the signal's reason, `NO_SERVER` or why the call failed. */
  async *read(): AsyncGenerator<RpcAnswer<Result>, void> {
    try {
      yield* this.#inbox;
      if (this.#failure) throw this.#failure;
    } finally {
      this.#finish(false);
    }
  }

  /** Notes to how many the call went, where the transport knows. */
  sent(receivers: number | undefined): void {
    this.#isCounted = true;
    this.#expected = receivers;
    if (receivers === 0) this.end(noServer(this.#name));
    else if (!this.#checkComplete()) this.#listen();
  }

  reply({ kind, sender, value, more }: Reply): void {
    if (kind === "working") this.#working.set(sender.id, sender);
    else this.#working.delete(sender.id);
    if (kind === "gone") this.#gone += 1;
    else if (kind === "here") this.#take(answerOf("result", undefined, undefined, sender));
    else if (kind === "result" || kind === "error") this.#take(answerOf(kind, value, more, sender));
    if (!this.#isOver && !this.#checkComplete()) this.#listen();
  }

  end(error: Error): void {
    this.#failure ??= error;
    this.#finish(false);
  }

  #take(answer: RpcAnswer<Result>): void {
    const { count = Number.POSITIVE_INFINITY, until } = this.#options;
    this.#answers.push(answer);
    this.#inbox.push(answer);
    try {
      if (this.#answers.length >= count || until?.(answer, this.#answers)) this.#finish(false);
    } catch (error) {
      this.end(toError(error));
    }
  }

  #checkComplete(): boolean {
    if (this.#expected === undefined || this.#answers.length + this.#gone < this.#expected) return false;
    if (this.#answers.length === 0) this.#failure ??= noServer(this.#name);
    this.#finish(true);
    return true;
  }

  /** Waits for the silence that ends the answers, once there is one. */
  #listen(): void {
    const { silenceMs = this.#isCounted && this.#expected === undefined ? DEFAULT_SILENCE_MS : undefined } =
      this.#options;
    this.#silence?.stop();
    // Whoever has begun is not silent.
    if (silenceMs === undefined || this.#answers.length === 0 || this.#working.size > 0) return;
    this.#silence = startTimer(silenceMs, () => this.#finish(false));
  }

  /** Lets what has arrived already be read before the verdict. */
  #lastTurn(): void {
    startTimer(0, () => this.#expire());
  }

  #expire(): void {
    if (this.#isOver) return;
    const isUnknown = this.#expected === undefined && this.#answers.length === 0 && this.#working.size === 0;
    if (isUnknown) {
      this.end(noServer(this.#name));
      return;
    }
    const missing = (this.#expected ?? 0) - this.#answers.length - this.#gone - this.#working.size;
    for (const server of this.#working.values()) this.#inbox.push(this.#silent(server));
    for (let index = 0; index < missing; index += 1) this.#inbox.push(this.#silent(undefined));
    this.#finish(false);
  }

  #silent(server: BusIdentity | undefined): RpcAnswer<Result> {
    const error = new BusError("TIMEOUT", `"${this.#name}" was not answered within ${this.#timeoutMs} ms`);
    return { error, args: [error.message], server };
  }

  #finish(isComplete: boolean): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#deadline.stop();
    this.#silence?.stop();
    this.#options.signal?.removeEventListener("abort", this.#abort);
    this.#inbox.end();
    this.#onEnd(isComplete);
  }
}

/** Reads an answer. A result has the type that the two ends have agreed on. */
export function answerOf<Result>(
  kind: "result" | "error",
  value: unknown,
  more: unknown,
  server: BusIdentity,
): RpcAnswer<Result> {
  if (kind === "result") return { result: value as Result, server };
  const error = toError(value);
  return { error, args: Array.isArray(more) ? more : [error.message], server };
}

/** Builds the error of a call that nobody serves. */
export function noServer(name: string): BusError {
  return new BusError("NO_SERVER", `Nobody serves "${name}"`);
}
