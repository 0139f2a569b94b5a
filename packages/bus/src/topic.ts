/**
 * One channel in the hand.
 *
 * @module
 */

import type { Published, PublishOptions } from "./events.ts";
import type { BusSubscribeOptions, EventHandler, Subscription } from "./subscription.ts";

/** A channel or a pattern of channels, to publish on and to subscribe to. */
export interface Topic<Data> {
  readonly name: string;
  /** Publishes on the channel. Rejects with a `TypeError` for a pattern. */
  publish(data: Data, options?: PublishOptions): Promise<Published>;
  /** Subscribes; resolved means that the next `publish` anywhere will be seen. Without a handler, the subscription is iterated. */
  subscribe(handler: EventHandler<Data>, options?: BusSubscribeOptions): Promise<Subscription<Data>>;
  subscribe(options?: BusSubscribeOptions): Promise<Subscription<Data>>;
}
