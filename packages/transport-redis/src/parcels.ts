/**
 * Messages of one channel that Redis hands on together.
 *
 * What Redis takes for a message it takes whatever its length, within limits. So
 * what one turn publishes on a channel travels as one: as many messages as there
 * are, each with its length before it; numbers are 32 bit, big-endian. The
 * highest bit of the first number tells a parcel from a message by itself, which
 * begins with the number of its frames.
 *
 * @module
 */

import { type Frames, sizeOfFrames, splitFrames } from "@fourwire/transport";

const NUMBER_BYTES = 4;
const PARCEL = 0x80000000;

/**
 * Packs a message by itself, as `joinFrames` does, but in memory that Node
 * shares among small ones: an ArrayBuffer for each would cost more than all else here.
 */
export function packMessage(frames: Frames): Buffer {
  const header = NUMBER_BYTES * (frames.length + 1);
  const message = Buffer.allocUnsafe(header + sizeOfFrames(frames));
  let lengthAt = message.writeUInt32BE(frames.length);
  let position = header;
  for (const frame of frames) {
    lengthAt = message.writeUInt32BE(frame.byteLength, lengthAt);
    message.set(frame, position);
    position += frame.byteLength;
  }
  return message;
}

/** Packs messages, each packed itself, into one; a single one stays as it is. */
export function packParcel(messages: readonly Buffer[]): Buffer {
  const [first] = messages;
  if (first && messages.length === 1) return first;
  const parcel = Buffer.allocUnsafe(NUMBER_BYTES * (messages.length + 1) + sizeOfFrames(messages));
  let position = parcel.writeUInt32BE(PARCEL + messages.length);
  for (const message of messages) {
    position = parcel.writeUInt32BE(message.byteLength, position);
    parcel.set(message, position);
    position += message.byteLength;
  }
  return parcel;
}

/** Unpacks the messages of a parcel, or a single one; each has memory of its own. What is in another format is none. */
export function unpackParcel(parcel: Buffer): Frames[] {
  try {
    return [...eachMessage(parcel)].map((message) => splitFrames(new Uint8Array(message)));
  } catch {
    // Somebody else published it.
    return [];
  }
}

/** Finds the messages of a parcel. Throws a `RangeError` when its lengths do not add up. */
function* eachMessage(parcel: Buffer): Generator<Buffer> {
  const count = parcel.readUInt32BE(0);
  if (count < PARCEL) {
    yield parcel;
    return;
  }
  let position = NUMBER_BYTES;
  for (let left = count - PARCEL; left > 0; left -= 1) {
    const start = position + NUMBER_BYTES;
    position = start + parcel.readUInt32BE(position);
    yield parcel.subarray(start, position);
  }
  if (position !== parcel.byteLength) throw new RangeError("The lengths of a parcel do not add up");
}
