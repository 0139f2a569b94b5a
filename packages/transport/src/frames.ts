/**
 * Messages, and what all drivers do with them: count, check, copy, pack.
 *
 * @module
 */

import { TransportError } from "./errors.ts";

/** One message: ordered binary parts that arrive together or not at all. */
export type Frames = readonly Uint8Array[];

/** The most frames of a message: each costs memory at the far end, however short it is. */
export const MAX_FRAMES: number = 65_536;

const LENGTH_BYTES = 4;

/** What a message takes up beside its bytes, once for itself and once for each frame. */
const OVERHEAD_BYTES = 128;

/** Counts the bytes of a message, all frames together. */
export function sizeOfFrames(frames: Frames): number {
  let bytes = 0;
  for (const frame of frames) bytes += frame.byteLength;
  return bytes;
}

/**
 * Counts the bytes that a message takes up while it waits: those of its frames,
 * 128 for each of them, and 128 for itself. So a bound on what waits also holds
 * for messages without content.
 */
export function weighFrames(frames: Frames): number {
  return sizeOfFrames(frames) + OVERHEAD_BYTES * (frames.length + 1);
}

/**
 * Checks a message before it is handed to a medium.
 *
 * Throws a `TypeError` for what is not a message, and `TOO_LARGE` beyond
 * `MAX_FRAMES` and beyond `maxMessageBytes` (default: no limit).
 */
export function checkFrames(frames: Frames, maxMessageBytes: number = Number.POSITIVE_INFINITY): void {
  if (!Array.isArray(frames) || frames.length === 0)
    throw new TypeError("A message is an array of at least one Uint8Array");
  if (frames.length > MAX_FRAMES) {
    throw new TransportError("TOO_LARGE", `A message of ${frames.length} frames exceeds the limit of ${MAX_FRAMES}`);
  }
  for (const frame of frames) {
    if (!(frame instanceof Uint8Array)) throw new TypeError("Every frame of a message is a Uint8Array");
  }
  const bytes = sizeOfFrames(frames);
  if (bytes > maxMessageBytes) {
    throw new TransportError("TOO_LARGE", `A message of ${bytes} bytes exceeds maxMessageBytes, ${maxMessageBytes}`);
  }
}

/** Copies a message into plain `Uint8Array`s that share memory with nothing. */
export function copyFrames(frames: Frames): Frames {
  // Not `slice`: a Node Buffer's shares the memory, and a subclass would stay one.
  return frames.map((frame) => new Uint8Array(frame));
}

/**
 * Packs a message into one part: the number of frames, their lengths, then
 * their bytes; numbers are 32 bit, big-endian. In front of it all,
 * `headroomBytes` (default none) stay free for what a medium writes there.
 */
export function joinFrames(frames: Frames, headroomBytes: number = 0): Uint8Array {
  const header = LENGTH_BYTES * (frames.length + 1);
  const whole = new Uint8Array(headroomBytes + header + sizeOfFrames(frames));
  const joined = whole.subarray(headroomBytes);
  const view = new DataView(whole.buffer, headroomBytes);
  view.setUint32(0, frames.length);
  let position = header;
  frames.forEach((frame, index) => {
    view.setUint32(LENGTH_BYTES * (index + 1), frame.byteLength);
    joined.set(frame, position);
    position += frame.byteLength;
  });
  return whole;
}

/**
 * Unpacks what `joinFrames` packed; the frames are plain views of `joined`.
 *
 * Throws `LOST` when there is no frame, when there are more than `maxFrames`
 * (default `MAX_FRAMES`), and when the lengths do not add up: the far end does
 * not speak this format. It looks at the count before it makes any frame.
 */
export function splitFrames(joined: Uint8Array, maxFrames: number = MAX_FRAMES): Frames {
  const { buffer, byteOffset, byteLength } = joined;
  const view = new DataView(buffer, byteOffset, byteLength);
  const count = byteLength >= LENGTH_BYTES ? view.getUint32(0) : 0;
  if (count > maxFrames) {
    throw new TransportError("LOST", `A message of ${count} frames exceeds the limit of ${maxFrames}`);
  }
  let position = LENGTH_BYTES * (count + 1);
  if (count === 0 || position > byteLength) throw malformed(joined);
  const frames: Uint8Array[] = [];
  for (let index = 1; index <= count; index += 1) {
    const length = view.getUint32(LENGTH_BYTES * index);
    if (position + length > byteLength) throw malformed(joined);
    // Not `subarray`: that of a Node Buffer would be a Buffer.
    frames.push(new Uint8Array(buffer, byteOffset + position, length));
    position += length;
  }
  if (position !== byteLength) throw malformed(joined);
  return frames;
}

function malformed(joined: Uint8Array): TransportError {
  return new TransportError("LOST", `A message of ${joined.byteLength} bytes has frame lengths that do not add up`);
}
