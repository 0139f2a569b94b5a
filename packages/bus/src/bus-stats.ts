/**
 * What goes on in a bus.
 *
 * @module
 */

import type { ConsumerStats } from "./consumer.ts";
import type { SubscriptionStats } from "./subscription.ts";

/** What goes on in a bus, and what it has done so far. */
export interface BusStats {
  /** The events that were published here. */
  readonly published: number;
  readonly subscriptions: readonly (SubscriptionStats & { readonly pattern: string })[];
  readonly consumers: readonly (ConsumerStats & { readonly queue: string })[];
  /** The calls and jobs that wait for an answer. */
  readonly pendingReplies: number;
  /** The calls that run or wait here, and those that there were. */
  readonly served: { readonly running: number; readonly calls: number };
}
