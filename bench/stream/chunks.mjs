// @ts-check

/**
 * Makes the chunk of a stream: every value of a byte, over and over.
 *
 * @param {number} bytes
 * @returns {Uint8Array}
 */
export function createChunk(bytes) {
  return new Uint8Array(bytes).map((_, index) => index & 0xff);
}

/**
 * Reads every byte of a chunk, as a consumer that has use for it would.
 *
 * @param {Uint8Array} chunk
 * @returns {number}
 */
export function sumBytes(chunk) {
  let sum = 0;
  // An index, as an iterator would cost several times what is measured; and a whole number of 32 bits throughout.
  for (let index = 0; index < chunk.length; index += 1) sum = (sum + (chunk[index] ?? 0)) | 0;
  return sum;
}
