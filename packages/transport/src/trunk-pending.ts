/**
 * A channel that this end of a trunk has asked for.
 *
 * @module
 */

import { TransportError } from "./errors.ts";
import type { Channel } from "./transport.ts";

/** Waits for the answer of the far end, which may come after nobody waits any more. */
export class PendingLine {
  /** Whether the far end has answered; a second answer breaks the protocol. */
  isAnswered = false;
  readonly #address: string;
  readonly #timeoutMs: number;
  readonly #answer: Promise<Channel>;
  #succeed: (channel: Channel) => void = () => undefined;
  #isOver = false;
  /** Ends the wait; does nothing once it is over. */
  fail: (error: unknown) => void = () => undefined;

  constructor(address: string, timeoutMs: number) {
    this.#address = address;
    this.#timeoutMs = timeoutMs;
    this.#answer = new Promise((resolve, reject) => {
      this.#succeed = resolve;
      this.fail = (error) => {
        this.#isOver = true;
        reject(error);
      };
    });
  }

  /** Gives the channel to whoever waits; says whether anybody does. */
  accept(open: () => Channel): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#succeed(open());
    return true;
  }

  /** Waits. Rejects with `REFUSED` or the signal's reason. */
  async answered(signal: AbortSignal | undefined): Promise<Channel> {
    const giveUp = (): void => this.fail(signal?.reason);
    const timer = setTimeout(() => {
      const limit = `${this.#timeoutMs} ms (connectTimeoutMs)`;
      this.fail(new TransportError("REFUSED", `No answer within ${limit} to a channel to "${this.#address}"`));
    }, this.#timeoutMs);
    signal?.addEventListener("abort", giveUp);
    try {
      return await this.#answer;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", giveUp);
    }
  }
}
