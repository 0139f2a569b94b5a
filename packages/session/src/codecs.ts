/**
 * The codecs by name.
 *
 * @module
 */

import { type Codec, createCborCodec } from "./codec.ts";
import { type CodecName, unknownCodec } from "./codec-names.ts";
import { createJsonCodec } from "./json-codec.ts";

/** Makes a codec. Throws a `TypeError` for a name that is none. */
export function createCodec(name: CodecName): Codec {
  if (name === "cbor") return createCborCodec();
  if (name === "json") return createJsonCodec();
  throw unknownCodec(name);
}
