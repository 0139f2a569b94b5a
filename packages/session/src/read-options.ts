/**
 * The options that a call arrives with.
 *
 * @module
 */

import { SessionError } from "./errors.ts";

/** The metadata of calls that have none. */
export const NO_METADATA: Readonly<Record<string, string>> = {};

/** The options of a call that arrived. */
export interface ReadOptions {
  readonly timeoutMs: number;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Reads the options of a call. Throws `MALFORMED`. */
export function readCallOptions(options: unknown): ReadOptions {
  if (typeof options !== "object" || options === null) throw badOptions();
  const timeoutMs = "t" in options ? options.t : 0;
  const metadata = "m" in options ? options.m : NO_METADATA;
  if (typeof timeoutMs !== "number" || !(timeoutMs >= 0) || !isMetadata(metadata)) throw badOptions();
  return { timeoutMs: timeoutMs === 0 ? Number.POSITIVE_INFINITY : timeoutMs, metadata };
}

function isMetadata(value: unknown): value is Readonly<Record<string, string>> {
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return false;
  return Object.values(value).every((text) => typeof text === "string");
}

function badOptions(): SessionError {
  return new SessionError("MALFORMED", "The far end made a call with options that are not allowed");
}
