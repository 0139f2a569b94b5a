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

/** A message, and what is missing in front of it. */
export interface HubMessage extends TopicMessage {
  /** The messages of the same publisher that were dropped since the one before. */
  readonly missed: number;
}

/** A subscription to messages that know what is missing. */
export interface Member extends TopicSubscription {
  /** Takes a message that is here already, if there is one. */
  take(): HubMessage | undefined;
  [Symbol.asyncIterator](): AsyncIterator<HubMessage, undefined>;
}

/** Whoever publishes, by its identity. */
export type Publisher = object;

/** A message that waits, with its number among those of its publisher. */
interface Numbered {
  readonly message: TopicMessage;
  readonly numbers: Numbers | undefined;
  readonly number: number;
}

/** What a publisher has sent here, and what of it was read. */
interface Numbers {
  last: number;
  read: number;
}

type Result = IteratorResult<HubMessage, undefined>;

/** One reader that waits for a message. */
interface Waiter {
  readonly member: Member;
  resolve(result: Result): void;
  reject(error: Error): void;
}

const DONE: IteratorReturnResult<undefined> = { value: undefined, done: true };

/** A bounded buffer that its members read from: each message goes to one of them, whichever asks first. */
export class Outlet {
  readonly #onEmpty: () => void;
  readonly #bounds: Bounds;
  readonly #isShared: boolean;
  readonly #messages = new Inbox<Numbered>(({ message }) => sizeOfFrames(message.frames));
  readonly #members = new Set<Member>();
  /** Forgets a publisher with whoever knows it. */
  readonly #numbers = new WeakMap<Publisher, Numbers>();
  #waiters: Waiter[] = [];
  readonly #room: (() => void)[] = [];
  #dropped = 0;
  #failure: Error | undefined;

  /** `onEmpty` is called when the last member has left; a group shares it among its members. */
  constructor(bounds: Bounds, onEmpty: () => void, isShared = false) {
    this.#isShared = isShared;
    this.#bounds = bounds;
    this.#onEmpty = onEmpty;
  }

  /**
   * Takes a message. Returns what its publisher waits for, if anything. Without
   * a publisher, or for a group, whose members miss what others got, it has no
   * number, so that none is missed before it.
   */
  push(message: TopicMessage, publisher?: Publisher): Promise<void> | undefined {
    const numbered = this.#number(message, publisher);
    const waiter = this.#waiters.shift();
    if (waiter) {
      waiter.resolve({ value: read(numbered), done: false });
      return undefined;
    }
    const { onFull } = this.#bounds;
    if (onFull === "dropNewest" && !this.#fits(message)) {
      this.#dropped += 1;
      return undefined;
    }
    this.#messages.push(numbered);
    if (onFull === "wait") return this.#isOver ? new Promise((resolve) => this.#room.push(resolve)) : undefined;
    if (onFull === "dropOldest") this.#dropOldest();
    else if (this.#isOver) this.#disconnect();
    return undefined;
  }

  /** Counts messages of a publisher that were dropped on their way here. */
  skip(publisher: Publisher, count: number): void {
    this.#numbersOf(publisher).last += count;
    this.#dropped += count;
  }

  join(): Member {
    const droppedBefore = this.#dropped;
    const dropped = (): number => this.#dropped - droppedBefore;
    const close = async (): Promise<void> => this.#leave(member);
    const member: Member = {
      take: () => (this.#members.has(member) ? this.#take() : undefined),
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

  /** Ends all members, whose next read rejects. */
  fail(failure: Error): void {
    this.#failure = failure;
    this.close();
  }

  #number(message: TopicMessage, publisher: Publisher | undefined): Numbered {
    if (!publisher || this.#isShared) return { message, numbers: undefined, number: 0 };
    const numbers = this.#numbersOf(publisher);
    numbers.last += 1;
    return { message, numbers, number: numbers.last };
  }

  #numbersOf(publisher: Publisher): Numbers {
    const known = this.#numbers.get(publisher);
    if (known) return known;
    const numbers = { last: 0, read: 0 };
    this.#numbers.set(publisher, numbers);
    return numbers;
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
    this.#dropped += this.#messages.length;
    this.fail(new TransportError("LOST", `The subscriber left more than ${bounds} unread`));
  }

  #next(member: Member): Promise<Result> {
    if (!this.#members.has(member)) return this.#failure ? Promise.reject(this.#failure) : Promise.resolve(DONE);
    const message = this.#take();
    if (message) return Promise.resolve({ value: message, done: false });
    return new Promise((resolve, reject) => this.#waiters.push({ member, resolve, reject }));
  }

  #take(): HubMessage | undefined {
    const next = this.#messages.shift();
    if (next && !this.#isOver) this.#tellRoom();
    return next && read(next);
  }

  #leave(member: Member): void {
    if (!this.#members.delete(member)) return;
    for (const waiter of this.#waiters) {
      if (waiter.member !== member) continue;
      if (this.#failure) waiter.reject(this.#failure);
      else waiter.resolve(DONE);
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

function read({ message, numbers, number }: Numbered): HubMessage {
  const { topic, frames } = message;
  const missed = numbers ? number - numbers.read - 1 : 0;
  if (numbers) numbers.read = number;
  return { topic, frames, missed };
}
