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

/** The bytes that are read at once while no message is known to go on. */
const RECEIVED_BYTES = 64 * 1024;

/** Puts messages together from chunks; the messages are views of memory that nobody else uses. */
export class PipeReader {
  readonly #maxBytes: number;
  readonly #deliver: (message: Uint8Array) => void;
  readonly #length = new Uint8Array(LENGTH_BYTES);
  #lengthFilled = 0;
  #message: Uint8Array | undefined;
  #filled = 0;
  readonly #received = new Uint8Array(RECEIVED_BYTES);
  /** The rest of a message, as it was last given away to be filled. */
  #rest: Uint8Array | undefined;

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

  /** Gives the memory that the next bytes belong in: that of the message itself, so that a large one is copied nowhere. */
  room(): Uint8Array {
    this.#rest = this.#message?.subarray(this.#filled);
    return this.#rest ?? this.#received;
  }

  /** Takes so many bytes that were put where `room` said. Throws as `read`. */
  advance(count: number): void {
    const message = this.#message;
    if (!this.#rest || !message) {
      // Of memory of its own, of no more than arrived: whoever keeps a message keeps the chunk.
      this.read(this.#received.slice(0, count));
      return;
    }
    this.#filled += count;
    if (this.#filled === message.byteLength) this.#finish(message);
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
      this.#message = createMessage(length);
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
    if (this.#filled === message.byteLength) this.#finish(message);
    return start + part.byteLength;
  }

  #finish(message: Uint8Array): void {
    this.#message = undefined;
    this.#deliver(message);
  }
}

/** Makes memory that is not cleared first: a message is delivered when all of it is overwritten. */
function createMessage(length: number): Uint8Array {
  // Ends at a multiple of what any number takes up: so do, one before the other, frames of typed arrays.
  const padding = -length & (ALIGNMENT_BYTES - 1);
  const { buffer } = Buffer.allocUnsafeSlow(padding + length);
  return new Uint8Array(buffer, padding);
}
