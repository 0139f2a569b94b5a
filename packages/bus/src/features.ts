/**
 * What a bus may require of its transport.
 *
 * @module
 */

import type { Transport } from "@fourwire/transport";
import { BusError } from "./errors.ts";

/**
 * A feature that not every transport has.
 *
 * - `events`, `rpc`: the transport carries topics.
 * - `queues`: it carries queues.
 * - `replay`: it has durable channels.
 * - `durable`: what is in a queue outlives the processes that use it.
 * - `delay`, `priority`, `deduplication`, `peek`, `remove`: of queues, which
 *   have all of them or are none.
 */
export type BusFeature =
  | "events"
  | "rpc"
  | "queues"
  | "replay"
  | "durable"
  | "delay"
  | "priority"
  | "deduplication"
  | "peek"
  | "remove";

/** How each feature shows in a transport. */
const TESTS: Readonly<Record<BusFeature, (transport: Transport) => boolean>> = {
  events: ({ topics }) => topics !== undefined,
  rpc: ({ topics }) => topics !== undefined,
  queues: hasQueues,
  replay: ({ logs }) => logs !== undefined,
  durable: ({ traits }) => traits.durable,
  delay: hasQueues,
  priority: hasQueues,
  deduplication: hasQueues,
  peek: hasQueues,
  remove: hasQueues,
};

function hasQueues({ queues }: Transport): boolean {
  return queues !== undefined;
}

/** Throws `UNSUPPORTED`, naming every feature that a transport lacks, or a `TypeError` for what is no feature. */
export function requireFeatures(transport: Transport, features: readonly BusFeature[]): void {
  for (const feature of features) {
    if (!Object.hasOwn(TESTS, feature)) throw new TypeError(`requires has "${String(feature)}", which is no feature`);
  }
  const missing = features.filter((feature) => !TESTS[feature](transport));
  if (missing.length === 0) return;
  throw new BusError("UNSUPPORTED", `The transport "${transport.name}" has no ${missing.join(", ")} (requires)`);
}
