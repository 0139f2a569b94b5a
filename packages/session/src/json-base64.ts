/**
 * Bytes as text (RFC 4648, section 4), for platforms whose `Uint8Array` does not do it.
 *
 * @module
 */

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const CODES: Uint8Array = Uint8Array.from(ALPHABET, (letter) => letter.charCodeAt(0));
const PADDING = 0x3d;
/** Stands for a character that is no digit; above every digit. */
const NO_DIGIT = 64;
const DIGITS: Uint8Array = new Uint8Array(128).fill(NO_DIGIT);
const ASCII: InstanceType<typeof TextDecoder> = new TextDecoder();
for (const [digit, code] of CODES.entries()) DIGITS[code] = digit;

/** Writes bytes in base64, with padding. */
export function encodeBase64(bytes: Uint8Array): string {
  const codes = new Uint8Array(Math.ceil(bytes.length / 3) * 4);
  let position = 0;
  for (let index = 0; index < bytes.length; index += 3) {
    const triple = (byteAt(bytes, index) << 16) | (byteAt(bytes, index + 1) << 8) | byteAt(bytes, index + 2);
    codes[position] = byteAt(CODES, triple >> 18);
    codes[position + 1] = byteAt(CODES, (triple >> 12) & 63);
    codes[position + 2] = byteAt(CODES, (triple >> 6) & 63);
    codes[position + 3] = byteAt(CODES, triple & 63);
    position += 4;
  }
  const missing = codes.length === 0 ? 0 : (3 - (bytes.length % 3)) % 3;
  return ASCII.decode(codes.fill(PADDING, codes.length - missing));
}

/** Reads base64 with padding and nothing else; `undefined` when the text is not that. */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const end = text.length - padding;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let position = 0;
  let held = 0;
  for (let index = 0; index < end; index += 1) {
    const digit = DIGITS[text.charCodeAt(index)] ?? NO_DIGIT;
    if (digit === NO_DIGIT) return undefined;
    held = ((held << 6) | digit) & 0xffffff;
    // Every digit but the first of four completes a byte.
    if (index % 4 > 0) {
      bytes[position] = held >> (6 - (index % 4) * 2);
      position += 1;
    }
  }
  return bytes;
}

function byteAt(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0;
}
