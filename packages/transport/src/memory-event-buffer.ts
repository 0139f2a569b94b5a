/**
 * What a subscriber, or all of one group, have yet to read.
 *
 * @module
 */

import { weighFrames } from "./frames.ts";
import { Inbox } from "./inbox.ts";
import type { TopicMessage, TopicSubscription } from "./topics.ts";

type Result = IteratorResult<TopicMessage, undefined>;

/** One reader that waits for a message. */
interface Waiter {
  readonly member: TopicSubscription;
  readonly resolve: (result: Result) => void;
}

/**
 * A bounded buffer that its members read from: each message goes to one of
 * them, whichever asks first, so a slow member delays no other.
 */
export class EventBuffer {
  readonly #onEmpty: () => void;
  readonly #messages = new Inbox<TopicMessage>(({ frames }) => weighFrames(frames));
  readonly #members = new Set<TopicSubscription>();
  #waiters: Waiter[] = [];
  #maxBytes = 0;
  #dropped = 0;

  /** `onEmpty` is called when the last member has left. */
  constructor(onEmpty: () => void) {
    this.#onEmpty = onEmpty;
  }

  get dropped(): number {
    return this.#dropped;
  }

  push(message: TopicMessage): void {
    const waiter = this.#waiters.shift();
    if (waiter) {
      waiter.resolve({ value: message, done: false });
      return;
    }
    this.#messages.push(message);
    while (this.#messages.bytes > this.#maxBytes && this.#messages.shift()) this.#dropped += 1;
  }

  /** Adds a member; the largest bound of all members counts. */
  join(maxBufferedBytes: number): TopicSubscription {
    if (!(maxBufferedBytes >= 0)) throw new TypeError("maxBufferedBytes is a number of bytes");
    this.#maxBytes = Math.max(this.#maxBytes, maxBufferedBytes);
    const droppedBefore = this.#dropped;
    const dropped = (): number => this.#dropped - droppedBefore;
    const close = async (): Promise<void> => this.#leave(member);
    const member: TopicSubscription = {
      get dropped() {
        return dropped();
      },
      close,
      [Symbol.asyncDispose]: close,
      [Symbol.asyncIterator]: () => ({
        next: () => this.#next(member),
        return: async () => ({ value: undefined, done: true }),
      }),
    };
    this.#members.add(member);
    return member;
  }

  close(): void {
    for (const member of [...this.#members]) this.#leave(member);
  }

  #next(member: TopicSubscription): Promise<Result> {
    if (!this.#members.has(member)) return Promise.resolve({ value: undefined, done: true });
    const message = this.#messages.shift();
    if (message) return Promise.resolve({ value: message, done: false });
    return new Promise((resolve) => this.#waiters.push({ member, resolve }));
  }

  #leave(member: TopicSubscription): void {
    if (!this.#members.delete(member)) return;
    for (const waiter of this.#waiters) {
      if (waiter.member === member) waiter.resolve({ value: undefined, done: true });
    }
    this.#waiters = this.#waiters.filter((waiter) => waiter.member !== member);
    if (this.#members.size > 0) return;
    this.#messages.clear();
    this.#onEmpty();
  }
}
