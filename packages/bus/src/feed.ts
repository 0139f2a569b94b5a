/**
 * A subscription at the transport that lives as long as its bus.
 *
 * @module
 */

import { pause } from "@fourwire/session";
import type { TopicMessage, TopicSubscription, Topics } from "@fourwire/transport";
import { TransportError } from "@fourwire/transport";
import { BusError } from "./errors.ts";
import { follow } from "./wait.ts";

/** What a feed reads, and whom it tells. */
export interface FeedOptions {
  readonly topics: Pick<Topics, "subscribe">;
  readonly pattern: string;
  readonly group?: string | undefined;
  /** Whether a further subscription goes on where the one before was, so that nothing is missed in between. */
  readonly goesOn?: boolean | undefined;
  /** Takes a message, and makes the feed wait with the next when it returns a promise. */
  take(message: TopicMessage): Promise<void> | undefined;
  /** Called when messages may have been missed because the way to them was interrupted. */
  gap(): void;
  /** Called when the feed ends by itself: the transport is closed. */
  ended(error: Error | undefined): void;
}

const MIN_DELAY_MS = 50;
/** The messages after which everything else gets its turn. */
const MOST_AT_ONCE = 4_096;
const MAX_DELAY_MS = 2_000;

/**
 * Reads a pattern until it is closed.
 *
 * A transport comes back from most interruptions by itself; where it gives a
 * subscription up, the feed subscribes anew until the transport is closed.
 */
export class Feed {
  readonly #options: FeedOptions;
  readonly #opening = new AbortController();
  readonly #closing = new AbortController();
  #subscription: TopicSubscription | undefined;
  #droppedBefore = 0;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  /** The messages that the transport dropped because they were not read in time. */
  get dropped(): number {
    return this.#droppedBefore + (this.#subscription?.dropped ?? 0);
  }

  /** Subscribes; resolved means that the next `publish` anywhere will be seen. */
  async open(signal?: AbortSignal | undefined): Promise<void> {
    const unlink = follow(signal, this.#opening);
    try {
      const subscription = await this.#subscribe(this.#opening.signal);
      if (!this.#closing.signal.aborted) void this.#run(subscription);
    } finally {
      unlink();
    }
  }

  async close(): Promise<void> {
    const reason = new BusError("CLOSED", "What was subscribed to is closed");
    this.#opening.abort(reason);
    this.#closing.abort(reason);
    await this.#subscription?.close();
  }

  async #subscribe(signal: AbortSignal | undefined): Promise<TopicSubscription> {
    const { topics, pattern, group, gap } = this.#options;
    const subscription = await topics.subscribe(pattern, { group, signal, onGap: gap });
    this.#subscription = subscription;
    // Closed in the meantime, it must not stay behind.
    if (this.#closing.signal.aborted) await subscription.close();
    return subscription;
  }

  async #run(first: TopicSubscription): Promise<void> {
    let current: TopicSubscription | undefined = first;
    while (current) {
      const failure = await this.#read(current);
      if (this.#closing.signal.aborted) return;
      current = await this.#again(current, failure);
      if (current && !this.#closing.signal.aborted && !this.#options.goesOn) this.#options.gap();
    }
  }

  async #read(subscription: TopicSubscription): Promise<unknown> {
    const { take } = this.#options;
    let count = 0;
    try {
      for await (const message of subscription) {
        const wait = take(message);
        if (wait) await wait;
        count += 1;
        // Whoever lags behind must not keep timers and sockets waiting until it has caught up.
        if (count % MOST_AT_ONCE === 0) await pause(0, this.#closing.signal);
      }
      return undefined;
    } catch (error) {
      return error;
    }
  }

  /** Subscribes anew, as often as it takes. Returns nothing when there is no more transport to do so. */
  async #again(broken: TopicSubscription, failure: unknown): Promise<TopicSubscription | undefined> {
    this.#droppedBefore += broken.dropped;
    this.#subscription = undefined;
    const { signal } = this.#closing;
    let reason = failure;
    for (let delayMs = MIN_DELAY_MS; !signal.aborted; delayMs = Math.min(delayMs * 2, MAX_DELAY_MS)) {
      try {
        return await this.#subscribe(signal);
      } catch (error) {
        reason = error;
      }
      // It is the transport that is closed; a subscription also ends so when its hub has stopped, which may come back.
      if (isClosed(reason)) break;
      await pause(delayMs, signal);
    }
    if (!signal.aborted) this.#options.ended(reason instanceof Error ? reason : undefined);
    return undefined;
  }
}

function isClosed(error: unknown): boolean {
  return error instanceof TransportError && error.code === "CLOSED";
}
