/**
 * Who owns the bytes, on the way out and on the way in.
 *
 * @module
 */

import type { Frames } from "@fourwire/transport";

/** zeromq.js copies frames up to this size while it sends; larger ones it reads later, from another thread. */
const COPIED_BY_ZEROMQ_BYTES = 128;

/** Makes a message that stays as it is when the caller reuses its buffers. */
export function detachFrames(frames: Frames): Uint8Array[] {
  const detached: Uint8Array[] = [];
  for (const frame of frames) detached.push(detach(frame));
  return detached;
}

/**
 * Makes the received parts from `start` on plain `Uint8Array`s.
 *
 * zeromq.js gives each part memory of its own, so a view is enough.
 */
export function ownFrames(parts: readonly Buffer[], start: number): Frames {
  const frames: Uint8Array[] = [];
  for (let index = start; index < parts.length; index += 1) {
    const part = parts[index];
    if (part) frames.push(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
  }
  return frames;
}

function detach(frame: Uint8Array): Uint8Array {
  if (frame.byteLength <= COPIED_BY_ZEROMQ_BYTES) return frame;
  const copy = Buffer.allocUnsafe(frame.byteLength);
  copy.set(frame);
  return copy;
}
