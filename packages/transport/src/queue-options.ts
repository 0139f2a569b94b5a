/**
 * What the options of queues may be, the same in every driver.
 *
 * @module
 */

import type { PutOptions, RateLimit, TakeOptions } from "./queues.ts";

/** The highest priority of an item; the lowest is as far below 0. */
const MAX_PRIORITY = 1_000;

/** The most items that a rate limit counts: each is remembered until its time is over. */
export const MAX_RATE_COUNT: number = 10_000;

/** Checks how an item is put. Throws a `TypeError` that names the field. */
export function checkPutOptions({ delayMs = 0, priority = 0, dedupKey, key }: PutOptions): void {
  checkMs("delayMs", delayMs);
  if (!Number.isInteger(priority) || Math.abs(priority) > MAX_PRIORITY)
    throw new TypeError(`priority is an integer from -${MAX_PRIORITY} to ${MAX_PRIORITY}, not ${String(priority)}`);
  checkKey("dedupKey", dedupKey);
  checkKey("key", key);
}

/** Checks how an item is taken. Throws a `TypeError` that names the field. */
export function checkTakeOptions({ leaseMs = 0, maxDeliveries = 1, concurrency = 1, rateLimit }: TakeOptions): void {
  checkMs("leaseMs", leaseMs);
  if (!(maxDeliveries >= 1)) throw new TypeError("maxDeliveries is a number, 1 or more");
  if (!(concurrency >= 1)) throw new TypeError("concurrency is a number of items, 1 or more");
  if (rateLimit) checkRateLimit(rateLimit);
}

function checkKey(name: string, key: string | undefined): void {
  if (key !== undefined && (typeof key !== "string" || key === "")) throw new TypeError(`${name} is a non-empty text`);
}

/** Checks how many items are meant. Throws a `TypeError`. */
export function checkLimit(limit: number): void {
  if (!(limit >= 0)) throw new TypeError("limit is a number of items, 0 or more");
}

/** Checks how fast items are taken. Throws a `TypeError` that names the field. */
function checkRateLimit({ count, perMs }: RateLimit): void {
  if (!Number.isInteger(count) || count < 1 || count > MAX_RATE_COUNT)
    throw new TypeError(`rateLimit.count is an integer from 1 to ${MAX_RATE_COUNT}, not ${String(count)}`);
  checkMs("rateLimit.perMs", perMs);
}

/** Checks a time. Throws a `TypeError` that names the field. */
export function checkMs(name: string, ms: number): void {
  if (!(ms >= 0 && ms < Number.POSITIVE_INFINITY))
    throw new TypeError(`${name} is a number of milliseconds, 0 or more`);
}
