/**
 * Publishing and subscribing.
 *
 * @module
 */

import type { Metadata } from "@fourwire/session";
import { BusError } from "./errors.ts";
import { EventDefinition } from "./event.ts";
import { writeEvent } from "./event-message.ts";
import { className, type EventSource, interestOf, publicationOf } from "./event-source.ts";
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
export type AnySubscription = Pick<Subscription<never>, "pattern" | "close" | "closed" | "idle" | "stats">;

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

  /** Publishes data on a channel. */
  async publish(
    source: EventDefinition<never, unknown> | string,
    data: unknown,
    options: PublishOptions = {},
  ): Promise<Published> {
    const { signal, requireReceiver = false, metadata = NO_METADATA } = options;
    const parts = this.#parts;
    const topics = parts.topics();
    signal?.throwIfAborted();
    checkMetadata(metadata);
    const { channel, type, data: checked } = publicationOf(source, data, parts.registry);
    const sent = checked instanceof Promise ? await checked : checked;
    this.#published += 1;
    const id = `${parts.self.id}-${this.#published}`;
    const published = await traced(parts, `publish ${channel}`, metadata, (carried) => {
      const frames = writeEvent(parts.codec, { id, sender: parts.self, type, metadata: carried, data: sent });
      return topics.publish(parts.names.event(channel), frames, { signal });
    });
    if (requireReceiver && published.receivers === 0) {
      throw new BusError("NO_RECEIVER", `Nobody received the event "${channel}" (requireReceiver)`);
    }
    return published;
  }

  /** Publishes an instance of a class. */
  async publishInstance(event: object, options: InstancePublication = {}): Promise<Published> {
    const { channel = className(event), ...rest } = options;
    if (channel === undefined) {
      throw new TypeError("Only an instance of a class is published by itself; name a channel or an event first");
    }
    return await this.publish(channel, event, rest);
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

/** Says whether something is data to be published by itself. */
export function isInstance(source: unknown): source is object {
  return typeof source === "object" && source !== null && !(source instanceof EventDefinition);
}
