/**
 * Keys, as options give them.
 *
 * @module
 */

/** A secret that both ends hold: text or bytes, 16 bytes at least. */
export type Key = string | Uint8Array;

/** The least length of a key, in bytes. */
const MIN_KEY_BYTES = 16;

/** Reads a key. Throws a `TypeError`, without the key in it, when it is too short to keep a secret. */
export function readKey(key: Key): Uint8Array {
  const bytes = typeof key === "string" ? new TextEncoder().encode(key) : key;
  if (!(bytes instanceof Uint8Array) || bytes.byteLength < MIN_KEY_BYTES) {
    throw new TypeError(`key: expected text or bytes of at least ${MIN_KEY_BYTES} bytes`);
  }
  return bytes;
}
