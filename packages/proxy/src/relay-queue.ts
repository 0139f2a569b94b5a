/**
 * The server's end of a queue: what waits until the client has room.
 *
 * @module
 */

import { Notice } from "./operation.ts";
import { type QueueSettings, WaitingLine } from "./signal-queue.ts";

/** What a queue does to the client. */
export interface RelayQueueOptions {
  readonly subscription: number;
  readonly settings: QueueSettings;
  /** Sends a notice. Returns false when it cannot be sent now. */
  send(target: readonly unknown[], args: readonly unknown[]): boolean;
  /** Ends the client's connection to the signal. */
  fail(): void;
}

/** Sends as many emissions as the client has room for, and keeps the next ones within its limit. */
export class RelayQueue {
  readonly #options: RelayQueueOptions;
  readonly #line: WaitingLine;
  /** The emissions that the client has room for. */
  #credit: number;
  readonly #lost = { full: 0, age: 0 };

  constructor(options: RelayQueueOptions) {
    this.#options = options;
    this.#credit = options.settings.limit;
    this.#line = new WaitingLine(options.settings, (count, why) => {
      this.#lost[why] += count;
    });
  }

  /** Takes an emission. Never throws. */
  push(args: readonly unknown[]): void {
    if (this.#line.push(args, performance.now())) this.#flush();
    else this.#overflow();
  }

  /** Learns that the client has room for more. */
  add(count: number): void {
    this.#credit = Math.min(this.#credit + count, this.#options.settings.limit);
    this.#flush();
  }

  #flush(): void {
    const { send, subscription } = this.#options;
    while (this.#credit > 0) {
      const next = this.#line.shift();
      if (!next) return;
      this.#tell();
      // It was taken by the client's share, whether it could be sent or not.
      if (send([Notice.QUEUED, subscription], [performance.now() - next.at, ...next.args])) this.#credit -= 1;
      else this.#lost.full += 1;
    }
  }

  /** Tells the client what it does not get, before it gets the next. */
  #tell(): void {
    const { send, subscription } = this.#options;
    for (const why of ["full", "age"] as const) {
      if (this.#lost[why] > 0 && send([Notice.LOST, subscription], [this.#lost[why], why])) this.#lost[why] = 0;
    }
  }

  #overflow(): void {
    const { send, subscription, fail } = this.#options;
    this.#line.clear();
    send([Notice.LOST, subscription], [0, "error"]);
    fail();
  }
}
