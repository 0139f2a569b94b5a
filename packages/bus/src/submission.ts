/**
 * An item whose sender waits for what becomes of it.
 *
 * @module
 */

import { toError } from "@fourwire/session";
import { Inbox } from "@fourwire/transport";
import { BusError } from "./errors.ts";
import type { Reply, ReplyInbox, ReplyListener } from "./reply-inbox.ts";
import { startTimer, type Timer } from "./wait.ts";

/** How long a sender waits for the result of a job. */
export interface SubmitPatience {
  readonly signal?: AbortSignal | undefined;
  /** The time the result may take, in ms. Default: as long as it takes. */
  readonly timeoutMs?: number | undefined;
}

/** The most reports on progress that wait to be read; older ones make room. */
const MAX_REPORTS = 100;

/** A job as its sender sees it. */
export class Submission<Result> implements ReplyListener {
  /**
   * What the consumer's handler returned. Rejects with what it threw at its last
   * try, with `TIMEOUT`, the signal's reason, or `CLOSED`; the job goes on.
   */
  readonly result: Promise<Result>;
  /** The number under which the consumer answers. */
  readonly number: number;
  readonly #inbox: ReplyInbox;
  readonly #signal: AbortSignal | undefined;
  readonly #timer: Timer;
  readonly #reports = new Inbox<{ readonly value: unknown }>();
  readonly #abort = (): void => this.end(toError(this.#signal?.reason));
  #resolve: (result: Result) => void = () => undefined;
  #reject: (error: Error) => void = () => undefined;
  #id = "";

  constructor(inbox: ReplyInbox, { signal, timeoutMs = Number.POSITIVE_INFINITY }: SubmitPatience) {
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Whoever does not ask for the result does not hear of its failure.
    this.result.catch(() => undefined);
    this.#inbox = inbox;
    this.#signal = signal;
    this.number = inbox.expect(this);
    this.#timer = startTimer(timeoutMs, () => this.end(timedOut(timeoutMs)));
    signal?.addEventListener("abort", this.#abort, { once: true });
  }

  /** The item's id. */
  get id(): string {
    return this.#id;
  }

  /** Notes the id that the item was given. */
  accepted(id: string): this {
    this.#id = id;
    return this;
  }

  /** Yields what the handler reports, until the job has ended; of what is not read in time, the newest 100. */
  async *progress(): AsyncGenerator<unknown, void> {
    for await (const { value } of this.#reports) yield value;
  }

  reply({ kind, value }: Reply): void {
    if (kind === "progress") {
      this.#report(value);
    } else if (kind === "result") {
      this.#finish();
      // What the handler returns is what the two ends have agreed on.
      this.#resolve(value as Result);
    } else {
      this.end(toError(value));
    }
  }

  end(error: Error): void {
    this.#finish();
    this.#reject(error);
  }

  #finish(): void {
    this.#timer.stop();
    this.#signal?.removeEventListener("abort", this.#abort);
    this.#inbox.forget(this.number);
    this.#reports.end();
  }

  #report(value: unknown): void {
    if (this.#reports.length >= MAX_REPORTS) this.#reports.shift();
    this.#reports.push({ value });
  }
}

function timedOut(timeoutMs: number): BusError {
  return new BusError("TIMEOUT", `The job had no result within ${timeoutMs} ms`);
}
