/**
 * The client's end of a queue: one emission after the other.
 *
 * @module
 */

import { SessionError } from "@fourwire/session";
import { type Gap, type QueueSettings, WaitingLine } from "./signal-queue.ts";

/** What a queue does to its slot and to the far end. */
export interface SlotQueueOptions {
  readonly settings: QueueSettings;
  /** Runs the slot and waits for it. Never rejects. */
  run(args: readonly unknown[]): Promise<void>;
  /** Tells the far end that so many emissions more may come. Throws when it cannot be told now. */
  credit(count: number): void;
  lost(gap: Gap): void;
  /** Ends the slot's connection. */
  fail(error: Error): void;
}

/** The time after which an end that could not be told is told again. */
const RETRY_MS = 100;

/**
 * Runs a slot for one emission at a time, and lets the far end send as many as
 * were done with. The far end is not trusted to wait for that, so the queue is
 * bounded here, too.
 */
export class SlotQueue {
  readonly #options: SlotQueueOptions;
  readonly #line: WaitingLine;
  #isRunning = false;
  #isOver = false;
  /** The emissions done with that the far end was not told of. */
  #owed = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(options: SlotQueueOptions) {
    this.#options = options;
    this.#line = new WaitingLine(options.settings, (lost, why) => {
      this.#owed += lost;
      options.lost({ lost, why });
    });
  }

  /** Takes an emission that is so old already. */
  push(args: readonly unknown[], ageMs: number): void {
    if (this.#isOver) return;
    if (!this.#line.push(args, performance.now() - ageMs)) this.overflow();
    else if (!this.#isRunning) void this.#run();
  }

  /** Ends the connection of a slot that did not keep up. */
  overflow(): void {
    const { limit } = this.#options.settings;
    this.end();
    const message = `The slot did not keep up with ${limit} emissions (queue.limit) and was disconnected`;
    this.#options.fail(new SessionError("QUEUE_FULL", message));
  }

  /** Drops what waits. The slot may still be running. */
  end(): void {
    this.#isOver = true;
    this.#line.clear();
    clearTimeout(this.#retry);
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    for (let next = this.#line.shift(); next && !this.#isOver; next = this.#line.shift()) {
      await this.#options.run(next.args);
      this.#owed += 1;
      if (this.#owed * 2 >= this.#options.settings.limit) this.#pay();
    }
    this.#isRunning = false;
    this.#pay();
  }

  #pay(): void {
    if (this.#owed === 0 || this.#isOver) return;
    const owed = this.#owed;
    try {
      this.#options.credit(owed);
      this.#owed = 0;
    } catch {
      // Otherwise the far end would wait for ever; whether the session goes on is told elsewhere.
      clearTimeout(this.#retry);
      this.#retry = setTimeout(() => this.#pay(), RETRY_MS);
      if (typeof this.#retry === "object") this.#retry.unref();
    }
  }
}
