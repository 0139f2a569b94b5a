/**
 * Cutting what arrives over a pipe into messages.
 *
 * @module
 */

import { TransportError } from "./errors.ts";

/** The bytes of the number in front of each message: how long the rest is. */
export const LENGTH_BYTES = 4;

/** Where the memory of the largest numbers has to begin. */
const ALIGNMENT_BYTES = 8;

/** Puts messages together from chunks; the messages are views of memory that nobody else uses. */
export class PipeReader {
  readonly #maxBytes: number;
  readonly #deliver: (message: Uint8Array) => void;
  readonly #length = new Uint8Array(LENGTH_BYTES);
  #lengthFilled = 0;
  #message: Uint8Array | undefined;
  #filled = 0;

  constructor(maxBytes: number, deliver: (message: Uint8Array) => void) {
    this.#maxBytes = maxBytes;
    this.#deliver = deliver;
  }

  /** Takes a chunk, which now belongs to the reader. Throws `LOST` for a message longer than the limit. */
  read(chunk: Uint8Array): void {
    let position = 0;
    while (position < chunk.byteLength) {
      position = this.#message ? this.#fill(this.#message, chunk, position) : this.#begin(chunk, position);
    }
  }

  /** Delivers a message that is in the chunk as a whole, or makes room for one that goes on in the next. */
  #begin(chunk: Uint8Array, start: number): number {
    let position = start;
    while (this.#lengthFilled < LENGTH_BYTES && position < chunk.byteLength) {
      this.#length[this.#lengthFilled] = chunk[position] ?? 0;
      this.#lengthFilled += 1;
      position += 1;
    }
    if (this.#lengthFilled < LENGTH_BYTES) return position;
    this.#lengthFilled = 0;
    const length = new DataView(this.#length.buffer).getUint32(0);
    if (length > this.#maxBytes) {
      throw new TransportError(
        "LOST",
        `What arrived says that it has ${length} bytes, more than the ${this.#maxBytes} a message may take up`,
      );
    }
    const end = position + length;
    if (end > chunk.byteLength) {
      // Ends at a multiple of what any number takes up: so do, one before the other, frames of typed arrays.
      const padding = -length & (ALIGNMENT_BYTES - 1);
      this.#message = new Uint8Array(new ArrayBuffer(padding + length), padding);
      this.#filled = 0;
      return position;
    }
    this.#deliver(new Uint8Array(chunk.buffer, chunk.byteOffset + position, length));
    return end;
  }

  #fill(message: Uint8Array, chunk: Uint8Array, start: number): number {
    const part = chunk.subarray(start, start + message.byteLength - this.#filled);
    message.set(part, this.#filled);
    this.#filled += part.byteLength;
    if (this.#filled === message.byteLength) {
      this.#message = undefined;
      this.#deliver(message);
    }
    return start + part.byteLength;
  }
}
