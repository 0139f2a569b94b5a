/**
 * A subscription as its events leave the hub.
 *
 * @module
 */

import type { TopicMessage, TopicSubscription } from "@fourwire/transport";
import type { HubMessage, Member } from "./outlet.ts";

/** An event or, without a topic, that some are missing: so many, or nobody knows how many. */
type Event =
  | readonly [dropped: number, missed?: number]
  | readonly [dropped: number, topic: string, ...frames: Uint8Array[]];
type Result = IteratorResult<Event, undefined>;

interface Reader {
  resolve(result: Result): void;
  reject(error: unknown): void;
}

const DONE: IteratorReturnResult<undefined> = { value: undefined, done: true };

/** Passes messages on as they are asked for, and at once that the way to them was interrupted. */
export class SubscribedEvents implements AsyncIterable<Event> {
  readonly #subscription: TopicSubscription & Partial<Pick<Member, "take">>;
  readonly #messages: AsyncIterator<TopicMessage & Partial<HubMessage>>;
  readonly #onEnd: () => void;
  #reader: Reader | undefined;
  #isPulling = false;
  /** What is to be read before more is pulled: at most two gaps and a message. */
  readonly #waiting: Event[] = [];
  /** Whether an interruption waits to be read; a second one says nothing new. */
  #isInterrupted = false;
  #end: { readonly error?: unknown } | undefined;

  constructor(subscription: TopicSubscription & Partial<Pick<Member, "take">>, onEnd: () => void) {
    this.#subscription = subscription;
    this.#messages = subscription[Symbol.asyncIterator]();
    this.#onEnd = onEnd;
  }

  /** Tells the subscriber that messages may have been missed. */
  tellGap(): void {
    if (this.#isInterrupted) return;
    this.#isInterrupted = true;
    this.#give([this.#subscription.dropped]);
  }

  [Symbol.asyncIterator](): AsyncIterator<Event, undefined> {
    return {
      next: () => this.#next(),
      return: async () => {
        this.#finish({});
        return DONE;
      },
    };
  }

  #next(): Promise<Result> {
    const event = this.#waiting.shift() ?? this.#takeHere();
    if (event) return Promise.resolve({ value: this.#read(event), done: false });
    if (this.#end) return "error" in this.#end ? Promise.reject(this.#end.error) : Promise.resolve(DONE);
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
      if (!this.#isPulling) this.#pull();
    });
  }

  /** Takes what is here already, which needs no promise. */
  #takeHere(): Event | undefined {
    if (this.#isPulling || this.#end) return undefined;
    const message = this.#subscription.take?.();
    if (message) this.#take(message);
    return this.#waiting.shift();
  }

  #pull(): void {
    this.#isPulling = true;
    this.#messages.next().then(
      (result) => {
        this.#isPulling = false;
        if (result.done) this.#finish({});
        else this.#take(result.value);
      },
      (error: unknown) => this.#finish({ error }),
    );
  }

  #take({ topic, frames, missed = 0 }: TopicMessage & Partial<HubMessage>): void {
    const { dropped } = this.#subscription;
    if (missed > 0) this.#give([dropped, missed]);
    this.#give([dropped, topic, ...frames]);
  }

  #give(event: Event): void {
    const reader = this.#reader;
    this.#reader = undefined;
    if (reader) reader.resolve({ value: this.#read(event), done: false });
    else this.#waiting.push(event);
  }

  #read(event: Event): Event {
    if (event.length === 1) this.#isInterrupted = false;
    return event;
  }

  #finish(end: { readonly error?: unknown }): void {
    if (this.#end) return;
    this.#end = end;
    const reader = this.#reader;
    this.#reader = undefined;
    if (reader && "error" in end) reader.reject(end.error);
    else reader?.resolve(DONE);
    this.#onEnd();
    void this.#subscription.close();
  }
}
