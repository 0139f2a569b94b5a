/**
 * What the options of queues may be, the same in every driver.
 *
 * @module
 */

import type { PutOptions, TakeOptions } from "./queues.ts";

/** The highest priority of an item; the lowest is as far below 0. */
const MAX_PRIORITY = 1_000;

/** Checks how an item is put. Throws a `TypeError` that names the field. */
export function checkPutOptions({ delayMs = 0, priority = 0, dedupKey }: PutOptions): void {
  checkMs("delayMs", delayMs);
  if (!Number.isInteger(priority) || Math.abs(priority) > MAX_PRIORITY)
    throw new TypeError(`priority is an integer from -${MAX_PRIORITY} to ${MAX_PRIORITY}, not ${String(priority)}`);
  if (dedupKey !== undefined && (typeof dedupKey !== "string" || dedupKey === ""))
    throw new TypeError("dedupKey is a non-empty text");
}

/** Checks how an item is taken. Throws a `TypeError` that names the field. */
export function checkTakeOptions({ leaseMs = 0, maxDeliveries = 1 }: TakeOptions): void {
  checkMs("leaseMs", leaseMs);
  if (!(maxDeliveries >= 1)) throw new TypeError("maxDeliveries is a number, 1 or more");
}

/** Checks how many items are meant. Throws a `TypeError`. */
export function checkLimit(limit: number): void {
  if (!(limit >= 0)) throw new TypeError("limit is a number of items, 0 or more");
}

/** Checks a time. Throws a `TypeError` that names the field. */
export function checkMs(name: string, ms: number): void {
  if (!(ms >= 0 && ms < Number.POSITIVE_INFINITY))
    throw new TypeError(`${name} is a number of milliseconds, 0 or more`);
}
