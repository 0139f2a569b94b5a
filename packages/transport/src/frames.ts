/**
 * Messages of several parts on media that carry one.
 *
 * @module
 */

import { TransportError } from "./errors.ts";
import type { Frames } from "./transport.ts";

const LENGTH_BYTES = 4;

/** Counts the bytes of a message, all frames together. */
export function sizeOfFrames(frames: Frames): number {
  let bytes = 0;
  for (const frame of frames) bytes += frame.byteLength;
  return bytes;
}

/**
 * Packs a message into one part: the number of frames, their lengths, then
 * their bytes; numbers are 32 bit, big-endian.
 */
export function joinFrames(frames: Frames): Uint8Array {
  const header = LENGTH_BYTES * (frames.length + 1);
  const joined = new Uint8Array(header + sizeOfFrames(frames));
  const view = new DataView(joined.buffer);
  view.setUint32(0, frames.length);
  let position = header;
  frames.forEach((frame, index) => {
    view.setUint32(LENGTH_BYTES * (index + 1), frame.byteLength);
    joined.set(frame, position);
    position += frame.byteLength;
  });
  return joined;
}

/**
 * Unpacks what `joinFrames` packed; the frames are views of `joined`.
 *
 * Throws `LOST` when the lengths do not add up: the far end does not speak this
 * format.
 */
export function splitFrames(joined: Uint8Array): Frames {
  const view = new DataView(joined.buffer, joined.byteOffset, joined.byteLength);
  const count = joined.byteLength >= LENGTH_BYTES ? view.getUint32(0) : -1;
  let position = LENGTH_BYTES * (count + 1);
  if (count < 0 || position > joined.byteLength) throw malformed(joined);
  const frames: Uint8Array[] = [];
  for (let index = 1; index <= count; index += 1) {
    const end = position + view.getUint32(LENGTH_BYTES * index);
    if (end > joined.byteLength) throw malformed(joined);
    frames.push(joined.subarray(position, end));
    position = end;
  }
  if (position !== joined.byteLength) throw malformed(joined);
  return frames;
}

function malformed(joined: Uint8Array): TransportError {
  return new TransportError("LOST", `A message of ${joined.byteLength} bytes has frame lengths that do not add up`);
}
