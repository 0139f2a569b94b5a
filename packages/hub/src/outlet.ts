/**
 * What a subscriber, or all of one group, have yet to read.
 *
 * @module
 */

import type { TopicMessage, TopicSubscription } from "@fourwire/transport";
import { Inbox, sizeOfFrames, TransportError } from "@fourwire/transport";

/**
 * What becomes of a message that a full buffer has no room for.
 *
 * - `wait`: its `publish` waits, and with it the publisher.
 * - `dropOldest`: the messages that waited longest make room.
 * - `dropNewest`: it is dropped itself.
 * - `disconnect`: the subscription ends with `LOST`.
 */
export type FullPolicy = "wait" | "dropOldest" | "dropNewest" | "disconnect";

/** How much a subscriber may leave unread, and what happens then. */
export interface Bounds {
  readonly maxBufferedBytes: number;
  readonly maxBufferedItems: number;
  readonly onFull: FullPolicy;
}

type Result = IteratorResult<TopicMessage, undefined>;

/** One reader that waits for a message. */
interface Waiter {
  readonly member: TopicSubscription;
  resolve(result: Result): void;
  reject(error: TransportError): void;
}

const DONE: IteratorReturnResult<undefined> = { value: undefined, done: true };

/** A bounded buffer that its members read from: each message goes to one of them, whichever asks first. */
export class Outlet {
  readonly #onEmpty: () => void;
  readonly #bounds: Bounds;
  readonly #messages = new Inbox<TopicMessage>(({ frames }) => sizeOfFrames(frames));
  readonly #members = new Set<TopicSubscription>();
  #waiters: Waiter[] = [];
  readonly #room: (() => void)[] = [];
  #dropped = 0;
  #failure: TransportError | undefined;

  /** `onEmpty` is called when the last member has left. */
  constructor(bounds: Bounds, onEmpty: () => void) {
    this.#bounds = bounds;
    this.#onEmpty = onEmpty;
  }

  /** Takes a message. Returns what its publisher waits for, if anything. */
  push(message: TopicMessage): Promise<void> | undefined {
    const waiter = this.#waiters.shift();
    if (waiter) {
      waiter.resolve({ value: message, done: false });
      return undefined;
    }
    const { onFull } = this.#bounds;
    if (onFull === "dropNewest" && !this.#fits(message)) {
      this.#dropped += 1;
      return undefined;
    }
    this.#messages.push(message);
    if (onFull === "wait") return this.#isOver ? new Promise((resolve) => this.#room.push(resolve)) : undefined;
    if (onFull === "dropOldest") this.#dropOldest();
    else if (this.#isOver) this.#disconnect();
    return undefined;
  }

  join(): TopicSubscription {
    const droppedBefore = this.#dropped;
    const dropped = (): number => this.#dropped - droppedBefore;
    const close = async (): Promise<void> => this.#leave(member);
    const member: TopicSubscription = {
      get dropped() {
        return dropped();
      },
      close,
      [Symbol.asyncDispose]: close,
      [Symbol.asyncIterator]: () => ({ next: () => this.#next(member), return: async () => DONE }),
    };
    this.#members.add(member);
    return member;
  }

  close(): void {
    for (const member of [...this.#members]) this.#leave(member);
  }

  get #isOver(): boolean {
    return (
      this.#messages.bytes > this.#bounds.maxBufferedBytes || this.#messages.length > this.#bounds.maxBufferedItems
    );
  }

  #fits({ frames }: TopicMessage): boolean {
    const { maxBufferedBytes, maxBufferedItems } = this.#bounds;
    return this.#messages.bytes + sizeOfFrames(frames) <= maxBufferedBytes && this.#messages.length < maxBufferedItems;
  }

  #dropOldest(): void {
    while (this.#isOver && this.#messages.shift()) this.#dropped += 1;
  }

  #disconnect(): void {
    const { maxBufferedBytes, maxBufferedItems } = this.#bounds;
    const bounds = `${maxBufferedBytes} bytes (maxBufferedBytes) or ${maxBufferedItems} messages (maxBufferedItems)`;
    this.#failure = new TransportError("LOST", `The subscriber left more than ${bounds} unread`);
    this.#dropped += this.#messages.length;
    this.close();
  }

  #next(member: TopicSubscription): Promise<Result> {
    if (!this.#members.has(member)) return this.#failure ? Promise.reject(this.#failure) : Promise.resolve(DONE);
    const message = this.#messages.shift();
    if (!message) return new Promise((resolve, reject) => this.#waiters.push({ member, resolve, reject }));
    if (!this.#isOver) this.#tellRoom();
    return Promise.resolve({ value: message, done: false });
  }

  #leave(member: TopicSubscription): void {
    if (!this.#members.delete(member)) return;
    for (const waiter of this.#waiters) {
      if (waiter.member === member) waiter.resolve(DONE);
    }
    this.#waiters = this.#waiters.filter((waiter) => waiter.member !== member);
    if (this.#members.size > 0) return;
    this.#messages.clear();
    this.#tellRoom();
    this.#onEmpty();
  }

  #tellRoom(): void {
    for (const resolve of this.#room.splice(0)) resolve();
  }
}
