/**
 * What passes between a hub and those who use it: calls of a session.
 *
 * A call's target is its name and that of the topic, pattern, queue or log it is
 * about, so that `authorize` is told both.
 *
 * | call | arguments | result |
 * | --- | --- | --- |
 * | `publish` | frames of each message | for each the number of receivers, where it is known |
 * | `subscribe` | options | a number and a stream of `[dropped, topic, ...frames]`; of `[dropped, missed]` before the next message of a publisher of which so many were dropped; and of `[dropped]` where some may be missing |
 * | `unsubscribe` | the number | nothing |
 * | `put` | frames, options | the item's id |
 * | `take` | options | `[token, id, deliveries, ...frames]` |
 * | `tryTake` | options | the same, or nothing |
 * | `extend`, `retry` | token, ms | nothing |
 * | `ack`, `reject` | token | nothing |
 * | `size` | | the counts |
 * | `peek` | limit | a list of `[id, deliveries, ...frames]` |
 * | `remove` | the item's id | whether it was there |
 * | `purge` | | the number of items |
 * | `replay` | limit | the number of items |
 * | `append` | frames, options | the entry's id |
 * | `read` | options | a number, a stream of `[id, time, key, ...frames]`, of `[]` where some are missing, and the reader's `position` |
 * | `unread` | the number | nothing |
 * | `logSize` | | the counts |
 * | `purgeLog` | | the number of entries |
 *
 * The streams carry parcels: lists of what the table names, as much as was there when one left.
 *
 * @module
 */

import type { Frames, PutOptions, RateLimit, TakeOptions } from "@fourwire/transport";
import { TransportError } from "@fourwire/transport";

/** What each call is named. */
export type HubCall =
  | "publish"
  | "subscribe"
  | "unsubscribe"
  | "put"
  | "take"
  | "tryTake"
  | "extend"
  | "ack"
  | "retry"
  | "reject"
  | "size"
  | "peek"
  | "remove"
  | "purge"
  | "replay"
  | "append"
  | "read"
  | "unread"
  | "logSize"
  | "purgeLog";

/** The calls that are about logs. */
export type LogCall = Extract<HubCall, "append" | "read" | "unread" | "logSize" | "purgeLog">;

/** The calls that are about queues. */
export type QueueCall = Exclude<HubCall, "publish" | "subscribe" | "unsubscribe" | LogCall>;

/** Runs a call on what it names. */
export type Served = (name: string, args: readonly unknown[]) => unknown;

/** Reads text. Throws a `TypeError` that names what it is for. */
export function readText(name: string, value: unknown): string {
  if (typeof value !== "string") throw new TypeError(`${name} is text, not a ${typeof value}`);
  return value;
}

/** Reads a number. Throws a `TypeError` that names what it is for. */
export function readNumber(name: string, value: unknown): number {
  if (typeof value !== "number") throw new TypeError(`${name} is a number, not a ${typeof value}`);
  return value;
}

/** Reads text or nothing. Throws a `TypeError` that names what it is for. */
export function readOptionalText(name: string, value: unknown): string | undefined {
  return value === undefined ? undefined : readText(name, value);
}

/** Reads a number or nothing. Throws a `TypeError` that names what it is for. */
export function readOptionalNumber(name: string, value: unknown): number | undefined {
  return value === undefined ? undefined : readNumber(name, value);
}

/** Reads a message that crossed a session. Throws a `TypeError`. */
export function readFrames(value: unknown): Frames {
  if (Array.isArray(value) && value.length > 0 && value.every((frame) => frame instanceof Uint8Array)) return value;
  throw new TypeError("A message is an array of at least one Uint8Array");
}

/** Reads how an item is put; the queues check what makes sense. Throws a `TypeError` that names the field. */
export function readPutOptions(value: unknown): PutOptions {
  const { delayMs, priority, dedupKey, key } = readOptions<keyof PutOptions>(value);
  return {
    delayMs: readOptionalNumber("delayMs", delayMs),
    priority: readOptionalNumber("priority", priority),
    dedupKey: readOptionalText("dedupKey", dedupKey),
    key: readOptionalText("key", key),
  };
}

/** Reads how an item is taken; the queues check what makes sense. Throws a `TypeError` that names the field. */
export function readTakeOptions(value: unknown): TakeOptions {
  const { leaseMs, maxDeliveries, concurrency, rateLimit } = readOptions<keyof TakeOptions>(value);
  return {
    concurrency: readOptionalNumber("concurrency", concurrency),
    rateLimit: readRateLimit(rateLimit),
    leaseMs: readOptionalNumber("leaseMs", leaseMs),
    maxDeliveries: readOptionalNumber("maxDeliveries", maxDeliveries),
  };
}

function readRateLimit(value: unknown): RateLimit | undefined {
  if (value === undefined) return undefined;
  const { count, perMs } = readOptions<keyof RateLimit>(value);
  return { count: readNumber("rateLimit.count", count), perMs: readNumber("rateLimit.perMs", perMs) };
}

/** Reads options of whatever type; none are an empty object. Throws a `TypeError`. */
export function readOptions<Name extends string>(value: unknown): Partial<Record<Name, unknown>> {
  if (value === undefined) return {};
  if (typeof value !== "object" || value === null) throw new TypeError("The options are an object");
  return value;
}

/** Builds the error for an answer that no hub gives. */
export function foreign(call: HubCall): TransportError {
  return new TransportError("LOST", `Whoever answers is no hub: its answer to ${call} has another shape`);
}

/** Reads what one item of a hub's stream carries. Throws `LOST` for what no hub sends. */
export function readParcel(call: HubCall, parcel: unknown): readonly unknown[] {
  if (!Array.isArray(parcel) || parcel.includes(undefined)) throw foreign(call);
  return parcel;
}
