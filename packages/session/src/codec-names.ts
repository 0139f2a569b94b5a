/**
 * The codecs' names, and how they are told apart.
 *
 * @module
 */

/** How messages are written. */
export type CodecName = "cbor" | "json";

/** Builds the error for a name that is none. */
export function unknownCodec(name: never): TypeError {
  return new TypeError(`codec is ${String(name)}; expected cbor or json`);
}

/** The first byte of frame 0 in CBOR: an array. */
const CBOR_ARRAYS = { first: 0x80, last: 0x9f } as const;

/** Tells the codec of an opening message by its first byte: what is no CBOR array must be JSON. */
export function codecOf(frame: Uint8Array | undefined): CodecName {
  const [first = CBOR_ARRAYS.first] = frame ?? [];
  return first >= CBOR_ARRAYS.first && first <= CBOR_ARRAYS.last ? "cbor" : "json";
}
