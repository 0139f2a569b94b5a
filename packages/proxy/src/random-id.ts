/**
 * Names that nobody else gives.
 *
 * @module
 */

const BYTES = 16;

/** Makes an id of 128 random bits, as hexadecimal text. Unlike `randomUUID` also on pages that came over plain HTTP. */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(BYTES));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
