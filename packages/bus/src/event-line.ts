/**
 * The events that a subscriber has yet to handle.
 *
 * @module
 */

import type { TopicMessage } from "@fourwire/transport";
import { Inbox } from "@fourwire/transport";
import { BusError } from "./errors.ts";

/**
 * What becomes of an event that a full buffer has no room for.
 *
 * - `wait`: it stays with the transport, whose own buffer is bounded by bytes
 *   and drops the oldest beyond them.
 * - `dropOldest`: the event that waited longest makes room.
 * - `dropNewest`: it is dropped itself.
 * - `fail`: the subscription ends with `OVERFLOW`.
 */
export type OverflowPolicy = "wait" | "dropOldest" | "dropNewest" | "fail";

const POLICIES: ReadonlySet<string> = new Set<OverflowPolicy>(["wait", "dropOldest", "dropNewest", "fail"]);

/** A bounded queue between a feed and those who take from it. */
export class EventLine {
  readonly #max: number;
  readonly #policy: OverflowPolicy;
  readonly #messages = new Inbox<TopicMessage>();
  readonly #taken: AsyncIterator<TopicMessage, undefined> = this.#messages[Symbol.asyncIterator]();
  #room: (() => void) | undefined;
  #dropped = 0;
  #failure: BusError | undefined;

  /** Throws a `TypeError` for a bound or a policy that makes no sense. */
  constructor(max: number, policy: OverflowPolicy) {
    if (!(max >= 1)) throw new TypeError(`maxBuffered is ${String(max)}; expected a number of events, 1 or more`);
    if (!POLICIES.has(policy)) {
      throw new TypeError(`onOverflow is ${String(policy)}; expected one of ${[...POLICIES].join(", ")}`);
    }
    this.#max = max;
    this.#policy = policy;
  }

  get length(): number {
    return this.#messages.length;
  }

  /** The events that this buffer had no room for. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Why it ended, when it was not closed. */
  get failure(): BusError | undefined {
    return this.#failure;
  }

  /** Takes an event. Returns what the feed has to wait for before the next, if anything. */
  push(message: TopicMessage): Promise<void> | undefined {
    const isFull = this.length >= this.#max;
    if (isFull && this.#policy !== "wait") this.#overflow();
    if (isFull && this.#policy === "dropNewest") return undefined;
    this.#messages.push(message);
    if (this.#policy !== "wait" || this.length < this.#max) return undefined;
    return new Promise((resolve) => {
      this.#room = resolve;
    });
  }

  /** The event that waits longest. */
  get oldest(): TopicMessage | undefined {
    const [oldest] = this.#messages.peek();
    return oldest;
  }

  /** Takes the next event if there is one. */
  take(): TopicMessage | undefined {
    const message = this.#messages.shift();
    // At half, so that a full buffer does not make the feed wait for each event anew.
    if (this.length <= this.#max / 2) this.#tellRoom();
    return message;
  }

  /** Waits for the next event; there is none after the end. */
  async next(): Promise<TopicMessage | undefined> {
    return this.take() ?? (await this.#taken.next()).value;
  }

  /** Ends it, and drops what nobody has taken. */
  close(): void {
    this.#messages.clear();
    this.#tellRoom();
  }

  #overflow(): void {
    if (this.#policy === "fail") {
      this.#failure = new BusError("OVERFLOW", `More than ${this.#max} events wait for the subscriber (maxBuffered)`);
      this.#dropped += this.length + 1;
      this.close();
      return;
    }
    this.#dropped += 1;
    if (this.#policy === "dropOldest") this.#messages.shift();
  }

  #tellRoom(): void {
    this.#room?.();
    this.#room = undefined;
  }
}
