/**
 * A standing interest in events.
 *
 * @module
 */

import type { LogStart, TopicMessage } from "@fourwire/transport";
import type { OverflowPolicy } from "./event-line.ts";
import { EventLine } from "./event-line.ts";
import type { EventMeta } from "./event-message.ts";
import type { Interest } from "./event-source.ts";
import { Feed } from "./feed.ts";
import type { Gap } from "./options.ts";
import { type BusParts, checkCount, served } from "./parts.ts";
import { createReplay, readMessage } from "./replay.ts";

/** Handles one event. What it throws goes to the bus's `onError` and stops nobody. */
export type EventHandler<Output> = (event: Output, meta: EventMeta) => unknown;

/** How a subscriber wants its events. */
export interface BusSubscribeOptions {
  /** Ends the wait for the subscription, and the subscription when it aborts later. */
  readonly signal?: AbortSignal | undefined;
  /** Shares the events among all subscribers of the same group and pattern: each goes to one member. Default: everybody gets everything. */
  readonly group?: string | undefined;
  /**
   * Reads a durable channel from there: an id, a time, `start`, `last` for the
   * last value of each key, or `now`. Default: the channel's events as they are
   * published, which are not kept.
   */
  readonly from?: LogStart | undefined;
  /** The most handlers that run at once; with more than one, events may overtake each other. Default 1. */
  readonly concurrency?: number | undefined;
  /** The most events that wait for the handler. Default 1,000; in a group 1, so that the others get the rest. */
  readonly maxBuffered?: number | undefined;
  /** What becomes of an event that the buffer has no room for. Default `wait`. */
  readonly onOverflow?: OverflowPolicy | undefined;
  /** Called when events may have been missed, beside the bus's `onGap`. */
  readonly onGap?: ((gap: Gap) => void) | undefined;
}

/** What a subscription has done so far. */
export interface SubscriptionStats {
  readonly received: number;
  readonly handled: number;
  /** The events whose handler threw, and those that could not be read. */
  readonly failed: number;
  /** The events that were dropped because they were not handled in time, here or at the transport. */
  readonly dropped: number;
  /** The events that wait. */
  readonly buffered: number;
  /** The handlers that run. */
  readonly running: number;
  /** How long ago the event that waits longest was published, in ms, by the two clocks; absent where none waits. */
  readonly oldestMs: number | undefined;
  /** The times that the way to the events was interrupted. */
  readonly gaps: number;
}

/** An event as an iteration yields it. */
export interface ReceivedEvent<Output> {
  readonly event: Output;
  readonly meta: EventMeta;
}

/** A standing interest in events. Without a handler, iterate it: once, as two iterators share the events. */
export class Subscription<Output> implements AsyncIterable<ReceivedEvent<Output>>, AsyncDisposable {
  /** What was subscribed to. */
  readonly pattern: string;
  /** Settles, and never rejects, when it is over: with nothing after `close`, with the reason otherwise. */
  readonly closed: Promise<Error | undefined>;
  readonly #parts: BusParts;
  readonly #interest: Interest<Output>;
  readonly #options: BusSubscribeOptions;
  readonly #handler: EventHandler<Output> | undefined;
  readonly #line: EventLine;
  readonly #feed: Feed;
  readonly #counts = { received: 0, handled: 0, failed: 0, running: 0, gaps: 0 };
  readonly #abort = (): void => this.#endQuietly(undefined);
  #droppedTold = 0;
  #settle: (reason: Error | undefined) => void = () => undefined;
  #workers: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(
    parts: BusParts,
    interest: Interest<Output>,
    handler: EventHandler<Output> | undefined,
    options: BusSubscribeOptions,
  ) {
    const { group, onOverflow = "wait", maxBuffered = group === undefined ? DEFAULT_MAX_BUFFERED : 1 } = options;
    checkCount("concurrency", options.concurrency ?? 1);
    this.pattern = interest.pattern;
    this.closed = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.#parts = parts;
    this.#interest = interest;
    this.#options = options;
    this.#handler = handler;
    this.#line = new EventLine(maxBuffered, onOverflow);
    const { from } = options;
    const isReplayed = from !== undefined;
    this.#feed = new Feed({
      topics: isReplayed ? createReplay(parts.logs(), interest.pattern, { from, group }) : parts.topics(),
      goesOn: isReplayed,
      pattern: parts.names.events(interest.pattern),
      group,
      take: (message) => this.#take(message),
      gap: () => this.#gap(undefined),
      ended: (error) => this.#endQuietly(error),
    });
  }

  /** With whom it shares the events, if with anybody. */
  get group(): string | undefined {
    return this.#options.group;
  }

  get stats(): SubscriptionStats {
    return { ...this.#counts, dropped: this.#dropped, buffered: this.#line.length, oldestMs: this.#oldestMs };
  }

  /** Settles when no handler is running any more. */
  get idle(): Promise<unknown> {
    return this.#workers;
  }

  /** Subscribes; resolved means that the next `publish` anywhere will be seen. */
  async open(): Promise<this> {
    const { signal, concurrency = 1 } = this.#options;
    await this.#feed.open(signal);
    signal?.addEventListener("abort", this.#abort, { once: true });
    const handler = this.#handler;
    if (handler) this.#workers = Promise.all(Array.from({ length: concurrency }, () => this.#work(handler)));
    return this;
  }

  /** Ends the subscription at once; a handler that runs goes on. Safe to call twice. */
  async close(): Promise<void> {
    await this.#end(undefined);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  [Symbol.asyncIterator](): AsyncIterator<ReceivedEvent<Output>, undefined> {
    if (this.#handler)
      throw new TypeError(`The subscription to "${this.pattern}" has a handler, which gets the events`);
    return {
      next: async () => {
        const value = await this.#next();
        return value ? { value, done: false } : { value: undefined, done: true };
      },
      return: async () => {
        await this.close();
        return { value: undefined, done: true };
      },
    };
  }

  get #oldestMs(): number | undefined {
    const { oldest } = this.#line;
    if (!oldest) return undefined;
    try {
      const { meta } = readMessage(this.#parts, this.pattern, oldest);
      return Math.max(Date.now() - meta.time.getTime(), 0);
    } catch {
      // What cannot be read is found out when its turn comes.
      return undefined;
    }
  }

  get #dropped(): number {
    return this.#line.dropped + this.#feed.dropped;
  }

  #take(message: TopicMessage): Promise<void> | undefined {
    this.#counts.received += 1;
    const wait = this.#line.push(message);
    if (this.#line.failure) this.#endQuietly(this.#line.failure);
    return wait;
  }

  /** Handles events one after the other, without waiting where the handler does not. */
  async #work(handler: EventHandler<Output>): Promise<void> {
    for (;;) {
      const message = this.#line.take() ?? (await this.#line.next());
      if (!message) return;
      const handling = this.#handle(handler, message);
      if (handling) await handling;
    }
  }

  /** Hands an event to the handler. Returns what is to be waited for, if anything; it never rejects. */
  #handle(handler: EventHandler<Output>, message: TopicMessage): Promise<void> | undefined {
    const channel = this.#channelOf(message);
    try {
      const { data, meta } = readMessage(this.#parts, channel, message);
      const run = (event: Output): unknown =>
        served(this.#parts, `handle ${channel}`, meta.metadata, () => handler(event, meta));
      const received = this.#receive(channel, data);
      const outcome = received instanceof Promise ? received.then(run) : run(received);
      if (isPromise(outcome)) return this.#finish(outcome, channel);
      this.#counts.handled += 1;
    } catch (error) {
      this.#fail(error, channel);
    }
    return undefined;
  }

  async #finish(outcome: PromiseLike<unknown>, channel: string): Promise<void> {
    this.#counts.running += 1;
    try {
      await outcome;
      this.#counts.handled += 1;
    } catch (error) {
      this.#fail(error, channel);
    } finally {
      this.#counts.running -= 1;
    }
  }

  /** Waits for the next event that can be read. */
  async #next(): Promise<ReceivedEvent<Output> | undefined> {
    for (let message = await this.#line.next(); message; message = await this.#line.next()) {
      const channel = this.#channelOf(message);
      try {
        const { data, meta } = readMessage(this.#parts, channel, message);
        const event = await this.#receive(channel, data);
        this.#counts.handled += 1;
        return { event, meta };
      } catch (error) {
        this.#fail(error, channel);
      }
    }
    if (this.#line.failure) throw this.#line.failure;
    return undefined;
  }

  #channelOf({ topic }: TopicMessage): string {
    this.#tellDropped();
    return this.#parts.names.channelOf(topic);
  }

  #receive(channel: string, data: unknown): Output | Promise<Output> {
    const { definition } = this.#interest;
    if (definition) return definition.receive(data);
    const known = this.#parts.registry.get(channel);
    // By name or pattern, subscribers get `unknown` or what they claim to know.
    return (known ? known.receive(data) : data) as Output | Promise<Output>;
  }

  #fail(error: unknown, channel: string): void {
    this.#counts.failed += 1;
    this.#parts.report(error, { kind: "event", name: channel });
  }

  #tellDropped(): void {
    const missed = this.#dropped - this.#droppedTold;
    if (missed <= 0) return;
    this.#droppedTold += missed;
    this.#gap(missed);
  }

  #gap(missed: number | undefined): void {
    const gap = { pattern: this.pattern, missed };
    if (missed === undefined) this.#counts.gaps += 1;
    this.#parts.gap(gap);
    try {
      this.#options.onGap?.(gap);
    } catch (error) {
      this.#parts.report(error, { kind: "event", name: this.pattern });
    }
  }

  /** Ends it where nobody waits for that. */
  #endQuietly(reason: Error | undefined): void {
    this.#end(reason).catch((error: unknown) => this.#parts.report(error, { kind: "event", name: this.pattern }));
  }

  async #end(reason: Error | undefined): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#options.signal?.removeEventListener("abort", this.#abort);
      this.#line.close();
      if (reason) this.#parts.report(reason, { kind: "event", name: this.pattern });
      this.#settle(reason);
    }
    await this.#feed.close();
  }
}

const DEFAULT_MAX_BUFFERED = 1_000;

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
