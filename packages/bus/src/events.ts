/**
 * Publishing and subscribing.
 *
 * @module
 */

import type { Metadata } from "@fourwire/session";
import { BusError } from "./errors.ts";
import { EventDefinition } from "./event.ts";
import { writeEvent } from "./event-message.ts";
import { className, type EventSource, interestOf, type Publication, publicationOf } from "./event-source.ts";
import { checkMetadata, NO_METADATA } from "./metadata.ts";
import { type BusParts, traced } from "./parts.ts";
import { type BusSubscribeOptions, type EventHandler, Subscription } from "./subscription.ts";
import { patiently } from "./wait.ts";

/** How an event is published. */
export interface PublishOptions {
  readonly signal?: AbortSignal | undefined;
  /** Rejects with `NO_RECEIVER` when the transport knows that the event reached nobody. Default `false`. */
  readonly requireReceiver?: boolean | undefined;
  /** What subscribers find in `meta.metadata`. */
  readonly metadata?: Metadata | undefined;
}

/** What became of an event. */
export interface Published {
  /** The number of subscriptions that it went to, a group as one; absent where the transport does not know. */
  readonly receivers?: number;
}

/** What can be published by itself: an instance of a class. */
export interface InstancePublication extends PublishOptions {
  /** The channel. Default: the name of the instance's class. */
  readonly channel?: string | undefined;
}

/** A subscription, whatever its events are. */
export type AnySubscription = Pick<Subscription<never>, "pattern" | "group" | "close" | "closed" | "idle" | "stats">;

/** The events of one bus. */
export class Events {
  readonly #parts: BusParts;
  readonly #subscriptions = new Set<AnySubscription>();
  #published = 0;

  constructor(parts: BusParts) {
    this.#parts = parts;
  }

  get subscriptions(): ReadonlySet<AnySubscription> {
    return this.#subscriptions;
  }

  /** The events that were published here. */
  get published(): number {
    return this.#published;
  }

  /** Publishes data on a channel. Throws or rejects, whichever comes first. */
  publish(
    source: EventDefinition<never, unknown> | string,
    data: unknown,
    options: PublishOptions = {},
  ): Promise<Published> {
    options.signal?.throwIfAborted();
    if (options.metadata) checkMetadata(options.metadata);
    const publication = publicationOf(source, data, this.#parts.registry);
    const { channel, data: checked } = publication;
    const sending =
      checked instanceof Promise
        ? checked.then((accepted: unknown) => this.#send({ ...publication, data: accepted }, options))
        : this.#send(publication, options);
    return options.requireReceiver ? sending.then((published) => requireReceiver(channel, published)) : sending;
  }

  /** Counts one event more, and returns its number. */
  nextNumber(): number {
    this.#published += 1;
    return this.#published;
  }

  /** One event is one message and one promise; what is published in one turn leaves the transport together. */
  #send({ channel, type, data }: Publication, { signal, metadata = NO_METADATA }: PublishOptions): Promise<Published> {
    const parts = this.#parts;
    const topics = parts.topics();
    const topic = parts.names.event(channel);
    const number = this.nextNumber();
    return traced(parts, `publish ${channel}`, metadata, (carried) => {
      const frames = writeEvent(parts.codec, { number, sender: parts.self, type, metadata: carried, data });
      return topics.publish(topic, frames, signal && { signal });
    });
  }

  /** Publishes an instance of a class. */
  publishInstance(event: object, options: InstancePublication = {}): Promise<Published> {
    const { channel = className(event), ...rest } = options;
    if (channel === undefined) {
      throw new TypeError("Only an instance of a class is published by itself; name a channel or an event first");
    }
    return this.publish(channel, event, rest);
  }

  async subscribe<Output>(
    source: EventSource<Output>,
    handler: EventHandler<Output> | undefined,
    options: BusSubscribeOptions = {},
  ): Promise<Subscription<Output>> {
    options.signal?.throwIfAborted();
    const subscription = new Subscription(this.#parts, interestOf(source), handler, options);
    this.#subscriptions.add(subscription);
    void subscription.closed.then(() => this.#subscriptions.delete(subscription));
    try {
      return await subscription.open();
    } catch (error) {
      await subscription.close();
      throw error;
    }
  }

  /** Ends every subscription and waits for the handlers that run, for up to the bus's grace period. */
  async close(): Promise<void> {
    const closing = [...this.#subscriptions].flatMap((subscription) => [subscription.close(), subscription.idle]);
    await patiently(Promise.all(closing), this.#parts.graceMs);
  }
}

function requireReceiver(channel: string, published: Published): Published {
  if (published.receivers !== 0) return published;
  throw new BusError("NO_RECEIVER", `Nobody received the event "${channel}" (requireReceiver)`);
}

/** Says whether something is data to be published by itself. */
export function isInstance(source: unknown): source is object {
  return typeof source === "object" && source !== null && !(source instanceof EventDefinition);
}
