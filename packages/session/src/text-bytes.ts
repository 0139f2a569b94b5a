/**
 * The bytes that text takes on the wire.
 *
 * @module
 */

/** Below this length a string's bytes are bounded instead of counted. */
const SHORT_STRING = 256;

/** Bounds short strings, which is cheaper than counting them; UTF-8 takes three bytes a code unit at most. */
export function stringBytes(text: string): number {
  return text.length < SHORT_STRING ? text.length * 3 : utf8Bytes(text);
}

function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit > 0x7f) bytes += unit > 0x7ff ? 2 : 1;
  }
  return bytes;
}
