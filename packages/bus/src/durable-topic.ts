/**
 * One durable channel in the hand.
 *
 * @module
 */

import type { LogSize, LogStart, Retention } from "@fourwire/transport";
import { checkAppendOptions, checkTopic } from "@fourwire/transport";
import type { EventDefinition } from "./event.ts";
import { writeEvent } from "./event-message.ts";
import { publicationOf } from "./event-source.ts";
import type { PublishOptions } from "./events.ts";
import { checkMetadata, NO_METADATA } from "./metadata.ts";
import { type BusParts, traced } from "./parts.ts";
import type { BusSubscribeOptions, EventHandler, Subscription } from "./subscription.ts";

/** How a durable channel is used. */
export interface DurableTopicOptions {
  /** What the channel keeps of what is published here; an empty object for as much as the transport has room for. */
  readonly durable: Retention;
}

/** How an event is published on a durable channel. */
export interface DurablePublishOptions extends Omit<PublishOptions, "requireReceiver"> {
  /** What the event is the value of, for subscribers from `last` and for `maxPerKey`. Default: of nothing. */
  readonly key?: string | undefined;
}

/** How a subscriber wants the events of a durable channel. */
export interface DurableSubscribeOptions extends Omit<BusSubscribeOptions, "group"> {
  /** Where to begin. Default `now`. */
  readonly from?: LogStart | undefined;
}

/**
 * A channel whose events are kept, in one order for all.
 *
 * It is apart from the channel of the same name whose events are not: who
 * subscribes without `from` sees none of these.
 */
export interface DurableTopic<Input, Output = Input> {
  readonly name: string;
  /** Publishes, and resolves with the event's id once it is kept. Rejects with `INVALID_DATA`, or as the transport does. */
  publish(data: Input, options?: DurablePublishOptions): Promise<{ readonly id: string }>;
  /**
   * Subscribes from a place on; no event is missed or doubled where replay
   * becomes live. `meta.position` is what to go on from later. Rejects with the
   * transport's `TRIMMED` when events behind the id are no longer kept. Without
   * a handler, the subscription is iterated.
   */
  subscribe(handler: EventHandler<Output>, options?: DurableSubscribeOptions): Promise<Subscription<Output>>;
  subscribe(options?: DurableSubscribeOptions): Promise<Subscription<Output>>;
  /** Counts what is kept. */
  size(): Promise<LogSize>;
  /** Removes every event, and resolves with their number. */
  purge(): Promise<number>;
}

/** What a durable channel needs of its bus. */
export interface DurableTopicMeans<Output> {
  readonly parts: BusParts;
  requireOpen(): void;
  /** Counts one event more of the bus's. */
  nextNumber(): number;
  subscribe(
    handler: EventHandler<Output> | undefined,
    options: BusSubscribeOptions & { readonly from: LogStart },
  ): Promise<Subscription<Output>>;
}

/** Takes a durable channel in the hand. Throws a `TypeError` for a pattern or bounds that make no sense. */
export function createDurableTopic<Input, Output>(
  source: EventDefinition<Input, Output> | string,
  { durable }: DurableTopicOptions,
  { parts, requireOpen, nextNumber, subscribe }: DurableTopicMeans<Output>,
): DurableTopic<Input, Output> {
  const name = typeof source === "string" ? source : source.name;
  checkTopic(name);
  checkAppendOptions({ retention: durable });
  const log = parts.names.event(name);
  return {
    name,
    async publish(data, { signal, key, metadata = NO_METADATA } = {}) {
      requireOpen();
      signal?.throwIfAborted();
      checkMetadata(metadata);
      const logs = parts.logs();
      const { type, data: checked } = publicationOf(source, data, parts.registry);
      const sent = checked instanceof Promise ? await checked : checked;
      const id = await traced(parts, `publish ${name}`, metadata, (carried) => {
        const frames = writeEvent(parts.codec, {
          number: nextNumber(),
          sender: parts.self,
          type,
          metadata: carried,
          data: sent,
        });
        return logs.append(log, frames, { signal, key, retention: durable });
      });
      return { id };
    },
    async subscribe(first?: EventHandler<Output> | DurableSubscribeOptions, second: DurableSubscribeOptions = {}) {
      requireOpen();
      const options = typeof first === "function" ? second : (first ?? {});
      const { from = "now" } = options;
      return await subscribe(typeof first === "function" ? first : undefined, { ...options, from });
    },
    size: async () => await parts.logs().size(log),
    purge: async () => await parts.logs().purge(log),
  };
}
