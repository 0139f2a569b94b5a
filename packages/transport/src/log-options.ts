/**
 * What the options of logs may be, the same in every driver.
 *
 * @module
 */

import type { AppendOptions, LogStart, Retention } from "./logs.ts";

/** Retention with every bound in place; `Infinity` for none. */
export type Bounds = { readonly [Name in keyof Retention]-?: number };

/** The longest name of a log: stores have keys no longer than this comes to. */
const MAX_NAME_LENGTH = 512;

/** Checks the name of a log: 1 to 512 characters. Throws a `TypeError`. */
export function checkLogName(log: string): void {
  if (typeof log === "string" && log.length > 0 && log.length <= MAX_NAME_LENGTH) return;
  throw new TypeError(`A log has a name of 1 to ${MAX_NAME_LENGTH} characters`);
}

/** Checks how an entry is appended. Throws a `TypeError` that names the field. */
export function checkAppendOptions({ key, retention = {} }: AppendOptions): void {
  if (key !== undefined && (typeof key !== "string" || key === "")) throw new TypeError("key is a non-empty text");
  for (const name of ["maxEntries", "maxPerKey", "maxBytes", "maxAgeMs"] as const) {
    const least = name === "maxEntries" || name === "maxPerKey" ? 1 : 0;
    const bound = retention[name];
    if (bound !== undefined && !(bound >= least)) throw new TypeError(`${name} is a number, ${least} or more`);
  }
}

/** Checks where a reader begins, but for whether there is such an id. Throws a `TypeError`. */
export function checkLogStart(from: LogStart): void {
  const isDate = from instanceof Date && !Number.isNaN(from.getTime());
  if (!isDate && (typeof from !== "string" || from === ""))
    throw new TypeError('from is a Date, an id, "start", "last" or "now"');
}

/** Fills in the bounds of what a log keeps; it holds at most `maxLogBytes`. */
export function boundsOf(retention: Retention | undefined, maxLogBytes: number): Bounds {
  const { maxEntries, maxAgeMs, maxPerKey, maxBytes = maxLogBytes } = retention ?? {};
  return {
    maxEntries: maxEntries ?? Number.POSITIVE_INFINITY,
    maxAgeMs: maxAgeMs ?? Number.POSITIVE_INFINITY,
    maxPerKey: maxPerKey ?? Number.POSITIVE_INFINITY,
    maxBytes: Math.min(maxBytes, maxLogBytes),
  };
}
