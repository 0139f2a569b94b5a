/**
 * A subscription as its events leave the hub.
 *
 * @module
 */

import type { TopicMessage, TopicSubscription } from "@fourwire/transport";

/** An event or, of one part only, that some may be missing. */
type Event = readonly [dropped: number] | readonly [dropped: number, topic: string, ...frames: Uint8Array[]];
type Result = IteratorResult<Event, undefined>;

interface Reader {
  resolve(result: Result | Promise<Result>): void;
}

const DONE: IteratorReturnResult<undefined> = { value: undefined, done: true };

/** Passes messages on as they are asked for, and at once that the way to them was interrupted. */
export class SubscribedEvents implements AsyncIterable<Event> {
  readonly #subscription: TopicSubscription;
  readonly #messages: AsyncIterator<TopicMessage>;
  readonly #onEnd: () => void;
  #reader: Reader | undefined;
  #isPulling = false;
  /** What came after its reader was told of a gap instead. */
  #arrived: Promise<Result> | undefined;
  #hasGap = false;

  constructor(subscription: TopicSubscription, onEnd: () => void) {
    this.#subscription = subscription;
    this.#messages = subscription[Symbol.asyncIterator]();
    this.#onEnd = onEnd;
  }

  /** Tells the subscriber that messages may have been missed. */
  tellGap(): void {
    const reader = this.#reader;
    this.#reader = undefined;
    if (reader) reader.resolve(this.#gap());
    else this.#hasGap = true;
  }

  [Symbol.asyncIterator](): AsyncIterator<Event, undefined> {
    return {
      next: () => this.#next(),
      return: async () => {
        await this.#end();
        return DONE;
      },
    };
  }

  #next(): Promise<Result> {
    if (this.#hasGap) {
      this.#hasGap = false;
      return Promise.resolve(this.#gap());
    }
    const arrived = this.#arrived;
    this.#arrived = undefined;
    if (arrived) return arrived;
    return new Promise((resolve) => {
      this.#reader = { resolve };
      if (!this.#isPulling) void this.#pull();
    });
  }

  async #pull(): Promise<void> {
    this.#isPulling = true;
    const arriving = this.#messages.next().then((result) => this.#read(result));
    // Whoever reads gets the failure.
    await arriving.catch(() => this.#end());
    this.#isPulling = false;
    const reader = this.#reader;
    this.#reader = undefined;
    if (reader) reader.resolve(arriving);
    else this.#arrived = arriving;
  }

  #read(result: IteratorResult<TopicMessage>): Result {
    if (!result.done) {
      const { topic, frames } = result.value;
      return { value: [this.#subscription.dropped, topic, ...frames], done: false };
    }
    void this.#end();
    return DONE;
  }

  #gap(): Result {
    return { value: [this.#subscription.dropped], done: false };
  }

  async #end(): Promise<void> {
    this.#onEnd();
    await this.#subscription.close();
  }
}
