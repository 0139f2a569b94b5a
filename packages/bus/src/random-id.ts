/**
 * Names that nobody else has.
 *
 * @module
 */

const ID_BYTES = 12;

/** Makes an id that is also a segment of a topic. Unlike `randomUUID`, this works in pages without TLS, too. */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(ID_BYTES));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
