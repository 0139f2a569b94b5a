/**
 * What goes on in a bus.
 *
 * @module
 */

import type { ConsumerStats } from "./consumer.ts";
import type { QueueStats } from "./queue-view.ts";
import type { SubscriptionStats } from "./subscription.ts";

/** How a bus is looked at. */
export interface StatsOptions {
  /** The queues that are counted. Default: those that this bus consumes. */
  readonly queues?: readonly string[] | undefined;
}

/** The calls that one bus serves. */
export interface ServedStats {
  /** What it serves. */
  readonly functions: readonly string[];
  /** The calls that run or wait here. */
  readonly running: number;
  /** The calls that there were. */
  readonly calls: number;
  /** How long the one that is here longest has been, in ms; absent where there is none. */
  readonly oldestMs: number | undefined;
}

/** What goes on in a bus, and what it has done so far. */
export interface BusStats {
  /** The events that were published here. */
  readonly published: number;
  /** Who listens here. */
  readonly subscriptions: readonly (SubscriptionStats & {
    readonly pattern: string;
    readonly group: string | undefined;
  })[];
  readonly consumers: readonly (ConsumerStats & { readonly queue: string })[];
  /** How full the queues are, for everybody. */
  readonly queues: readonly (QueueStats & { readonly queue: string })[];
  /** The calls and jobs that wait for an answer. */
  readonly pendingReplies: number;
  readonly served: ServedStats;
}
