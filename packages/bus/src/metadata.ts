/**
 * What travels with a message beside its data.
 *
 * @module
 */

import type { Metadata } from "@fourwire/session";

/** The metadata of what has none. */
export const NO_METADATA: Metadata = {};

/** Metadata as it travels: nothing when there is none. */
export function metadataOnWire(metadata: Metadata): Metadata | undefined {
  return metadata === NO_METADATA ? undefined : metadata;
}

/** Says whether a value is a plain object of texts. */
export function isMetadata(value: unknown): value is Metadata {
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return false;
  return Object.values(value).every((text) => typeof text === "string");
}

/** Throws a `TypeError` that names a field which is no text. */
export function checkMetadata(metadata: Metadata): void {
  for (const [key, text] of Object.entries(metadata)) {
    if (typeof text !== "string") throw new TypeError(`metadata.${key} is a ${typeof text}; expected text`);
  }
}
