/**
 * Frame 0 as text: JSON (RFC 8259) in UTF-8.
 *
 * For programs and eyes that do not read CBOR. It carries the same values, and
 * costs more bytes and time wherever they are not plain JSON.
 *
 * @module
 */

import type { Codec } from "./codec.ts";
import { SessionError } from "./errors.ts";
import { EscapeReader } from "./json-reader.ts";
import { scanJson } from "./json-scan.ts";
import { escapeValue } from "./json-writer.ts";

/**
 * Makes the JSON codec.
 *
 * Plain JSON stands for itself. Everything else is an object with one key that
 * begins with `$`, and a plain key that begins with `$` gets a second one.
 */
export function createJsonCodec(): Codec {
  const encoder = new TextEncoder();
  // A byte order mark is no JSON, and bytes that are not UTF-8 are no text.
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  return {
    name: "json",
    // A control character takes one byte, or six as an escape.
    bytesFactor: 6,
    encode: (message) => encoder.encode(wellFormed(JSON.stringify(escapeValue(message)))),
    decode(bytes, limits) {
      const escaped = scanJson(bytes, limits);
      const parsed = parse(decoder, bytes);
      const reader = new EscapeReader();
      const message = escaped ? reader.read(parsed) : parsed;
      if (!Array.isArray(message))
        throw new SessionError("MALFORMED", "The far end sent a message that is not an array");
      return { message, tagged: reader.tagged };
    },
  };
}

function parse(decoder: InstanceType<typeof TextDecoder>, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(wellFormed(decoder.decode(bytes)));
  } catch {
    // Without the cause: the parser quotes the text, which has no place in logs.
    throw new SessionError("MALFORMED", "The far end sent a message that is not JSON in UTF-8");
  }
}

/** Every escape of a JSON text in its turn: a surrogate pair, half of one, or any other. */
const ESCAPES = /\\(?:ud[89ab][\da-f]{2}\\ud[c-f][\da-f]{2}|ud[89a-f][\da-f]{2}|.)/gis;
/** How long the escape of a lone surrogate is: no other match has this length. */
const HALF_PAIR = 6;

/**
 * Replaces halves of surrogate pairs, which are no text and have no UTF-8.
 *
 * Well-formed JSON writes them as escapes, so a text without `\u` has none.
 */
function wellFormed(json: string): string {
  if (!json.includes("\\u")) return json;
  return json.replace(ESCAPES, (match) => (match.length === HALF_PAIR ? "\ufffd" : match));
}
