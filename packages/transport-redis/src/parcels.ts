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

import { type Frames, splitFrames } from "@fourwire/transport";

const NUMBER_BYTES = 4;
const PARCEL = 0x80000000;

/** Packs messages, each packed itself, into one; a single one stays as it is. */
export function packParcel(messages: readonly Buffer[]): Buffer {
  const [first] = messages;
  if (first && messages.length === 1) return first;
  const head = Buffer.allocUnsafe(NUMBER_BYTES);
  head.writeUInt32BE(PARCEL + messages.length);
  const parts: Buffer[] = [head];
  for (const message of messages) {
    const length = Buffer.allocUnsafe(NUMBER_BYTES);
    length.writeUInt32BE(message.byteLength);
    parts.push(length, message);
  }
  return Buffer.concat(parts);
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
