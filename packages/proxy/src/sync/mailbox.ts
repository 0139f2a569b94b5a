/**
 * What the two threads of a synchronous connection share: a port for messages,
 * and a cell of memory by which a thread that waits is woken.
 *
 * @module
 */

import type { MessagePort } from "node:worker_threads";
import type { Frames } from "@fourwire/transport";

/** The places of the shared cell. */
const Place = {
  /** Counts what was posted, so that nothing can come between a look and a wait. */
  POSTED: 0,
  /** Not 0 once the connection's thread has ended. */
  ENDED: 1,
} as const;

/** Messages of this size and more are moved to the other thread instead of copied once more. */
const MOVED_BYTES = 8 * 1024;

/** Makes the memory that both threads share. */
export function createCell(): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer(8));
}

/** Posts a message. The frames are copied: they stay their owner's. */
export function postFrames(port: MessagePort, frames: Frames): void {
  // A frame may be a small part of a large buffer, all of which would be posted.
  const copies = frames.map((frame) => new Uint8Array(frame));
  const moved = copies.flatMap(({ buffer }) => (buffer.byteLength >= MOVED_BYTES ? [buffer] : []));
  port.postMessage(copies, moved);
}

/** Wakes the thread that waits. */
export function wake(cell: Int32Array<SharedArrayBuffer>): void {
  Atomics.add(cell, Place.POSTED, 1);
  Atomics.notify(cell, Place.POSTED);
}

/** Says that the connection's thread ends, and wakes whoever waits for it. */
export function noteEnd(cell: Int32Array<SharedArrayBuffer>): void {
  Atomics.store(cell, Place.ENDED, 1);
  wake(cell);
}

/** Says whether the connection's thread has ended. */
export function hasEnded(cell: Int32Array<SharedArrayBuffer>): boolean {
  return Atomics.load(cell, Place.ENDED) !== 0;
}

/** Returns what `waitBeyond` waits to go beyond. Look for messages after this, not before. */
export function countPosted(cell: Int32Array<SharedArrayBuffer>): number {
  return Atomics.load(cell, Place.POSTED);
}

/** Blocks this thread until something more was posted, or the time is over. */
export function waitBeyond(cell: Int32Array<SharedArrayBuffer>, posted: number, forMs: number): void {
  Atomics.wait(cell, Place.POSTED, posted, forMs);
}

/** Says whether a message is one of frames. */
export function isFrames(message: unknown): message is Frames {
  return Array.isArray(message) && message.every((part) => part instanceof Uint8Array);
}
