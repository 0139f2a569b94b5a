/**
 * How one call is made.
 *
 * @module
 */

import type { Metadata } from "./tracing.ts";

/** How one call is made. */
export interface CallOptions {
  /** Aborting it rejects the call at once with its reason, and aborts the served function's signal. */
  readonly signal?: AbortSignal | undefined;
  /** The time the call may take, in ms. Default: the session's `callTimeoutMs`. `Infinity` for none. */
  readonly timeoutMs?: number | undefined;
  /** What the served function finds in `callContext().metadata`. */
  readonly metadata?: Metadata | undefined;
}

/** Throws a `TypeError` that names a field of the metadata which is no text: the far end would not accept it. */
export function checkMetadata(metadata: Metadata): void {
  for (const [key, value] of Object.entries(metadata)) {
    if (typeof value !== "string") throw new TypeError(`metadata.${key} is a ${typeof value}; expected text`);
  }
}
