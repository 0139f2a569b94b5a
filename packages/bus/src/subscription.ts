/**
 * A standing interest in events.
 *
 * @module
 */

import type { LogStart, TopicMessage } from "@fourwire/transport";
import type { OverflowPolicy } from "./event-line.ts";
import { EventLine } from "./event-line.ts";
import type { EventMeta } from "./event-message.ts";
import { readEvent } from "./event-message.ts";
import type { Interest } from "./event-source.ts";
import { Feed } from "./feed.ts";
import type { Gap } from "./options.ts";
import { type BusParts, checkAbove, served } from "./parts.ts";
import { createReplay, KeptMessage } from "./replay.ts";

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
  readonly #abort = (): void => void this.close();
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
    checkAbove("concurrency", options.concurrency ?? 1, 0);
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
      pattern: parts.names.event(interest.pattern),
      group,
      take: (message) => this.#take(message),
      gap: () => this.#gap(undefined),
      ended: (error) => void this.#end(error),
    });
  }

  get stats(): SubscriptionStats {
    return { ...this.#counts, dropped: this.#dropped, buffered: this.#line.length };
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

  get #dropped(): number {
    return this.#line.dropped + this.#feed.dropped;
  }

  #take(message: TopicMessage): Promise<void> | undefined {
    this.#counts.received += 1;
    const wait = this.#line.push(message);
    if (this.#line.failure) void this.#end(this.#line.failure);
    return wait;
  }

  async #work(handler: EventHandler<Output>): Promise<void> {
    for (let next = await this.#next(); next; next = await this.#next()) {
      const { event, meta } = next;
      this.#counts.running += 1;
      try {
        await served(this.#parts, `handle ${meta.channel}`, meta.metadata, () => handler(event, meta));
        this.#counts.handled += 1;
      } catch (error) {
        this.#fail(error, meta.channel);
      } finally {
        this.#counts.running -= 1;
      }
    }
  }

  /** Waits for the next event that can be read. */
  async #next(): Promise<ReceivedEvent<Output> | undefined> {
    for (let message = await this.#line.next(); message; message = await this.#line.next()) {
      this.#tellDropped();
      const channel = this.#parts.names.channelOf(message.topic);
      try {
        const { data, meta } = readMessage(this.#parts, channel, message);
        const received = this.#receive(channel, data);
        const event = received instanceof Promise ? await received : received;
        if (!this.#handler) this.#counts.handled += 1;
        return { event, meta };
      } catch (error) {
        this.#fail(error, channel);
      }
    }
    if (this.#line.failure && !this.#handler) throw this.#line.failure;
    return undefined;
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

/** Reads an event, with its place in a durable channel. */
function readMessage(parts: BusParts, channel: string, message: TopicMessage): ReturnType<typeof readEvent> {
  const { data, meta } = readEvent(parts.codec, channel, message.frames);
  if (!(message instanceof KeptMessage)) return { data, meta };
  return { data, meta: { ...meta, position: message.id, key: message.key } };
}

const DEFAULT_MAX_BUFFERED = 1_000;
