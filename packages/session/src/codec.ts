/**
 * Frame 0 as bytes: CBOR (RFC 8949).
 *
 * @module
 */

import { Encoder } from "#cbor";
import { SessionError } from "./errors.ts";
import { scan } from "./guard.ts";
import type { Limits } from "./limits.ts";

/** A decoded frame 0. */
export interface Decoded {
  readonly message: readonly unknown[];
  /** Whether one of the session's own tags is in it, so that its values need a second look. */
  readonly tagged: boolean;
}

/** How a message becomes frame 0 and back. */
export interface Codec {
  readonly name: string;
  /** The most bytes that this codec takes where CBOR takes one. */
  readonly bytesFactor: number;
  encode(message: readonly unknown[]): Uint8Array;
  /** Throws `MALFORMED` or `LIMIT_EXCEEDED`; hostile bytes cost no more than their length. */
  decode(bytes: Uint8Array, limits: Pick<Limits, "maxDepth" | "maxItems">): Decoded;
}

/** Makes the CBOR codec. Plain CBOR without records, so that programs in other languages can read it. */
export function createCborCodec(): Codec {
  const encoder = new Encoder({ useRecords: false, variableMapSize: true, mapsAsObjects: true });
  return {
    name: "cbor",
    bytesFactor: 1,
    encode: (message) => encoder.encode(message),
    decode(bytes, limits) {
      const tagged = scan(bytes, limits);
      const message = decodeScanned(encoder, bytes);
      if (!Array.isArray(message))
        throw new SessionError("MALFORMED", "The far end sent a message that is not an array");
      return { message, tagged };
    },
  };
}

function decodeScanned(encoder: Encoder, bytes: Uint8Array): unknown {
  try {
    return encoder.decode(bytes);
  } catch (error) {
    throw new SessionError("MALFORMED", "The far end sent a message that cannot be decoded", { cause: error });
  }
}
