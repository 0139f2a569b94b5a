/**
 * What the two ends of a channel send each other over Redis.
 *
 * A message is packed with `joinFrames`; its first frame is a header of the
 * kind and a number that counts the messages of its sender. The byte table is in
 * docs/transports/redis.md.
 *
 * @module
 */

import type { Frames } from "@fourwire/transport";
import { joinFrames, MAX_FRAMES, splitFrames } from "@fourwire/transport";

/** The version of this exchange that an offer and WELCOME carry. */
export const PROTOCOL_VERSION = 1;

/** What a message is. */
export const Kind = { DATA: 0, WELCOME: 1, REFUSE: 2, BYE: 3, ABORT: 4, CREDIT: 5 } as const;

const HEADER_BYTES = 5;
const MAX_REASON_BYTES = 255;

/** A message as it arrived. */
export interface Parcel {
  readonly kind: number;
  /** Counts the messages of its sender, from 0. */
  readonly number: number;
  readonly frames: Frames;
}

/** Packs a message. The bytes are copied. */
export function pack(kind: number, number: number, frames: Frames = []): Buffer {
  const header = new Uint8Array(HEADER_BYTES);
  header[0] = kind;
  new DataView(header.buffer).setUint32(1, number);
  const joined = joinFrames([header, ...frames]);
  return Buffer.from(joined.buffer, joined.byteOffset, joined.byteLength);
}

/** Unpacks a message. Throws `LOST` for what is none. */
export function unpack(payload: Buffer): Parcel {
  const [header, ...frames] = splitFrames(payload, MAX_FRAMES + 1);
  if (header?.byteLength !== HEADER_BYTES) return { kind: -1, number: 0, frames: [] };
  const view = new DataView(header.buffer, header.byteOffset, HEADER_BYTES);
  return { kind: view.getUint8(0), number: view.getUint32(1), frames };
}

/** Packs the words of REFUSE and ABORT. */
export function packReason(reason: string): Frames {
  return [new TextEncoder().encode(reason).subarray(0, MAX_REASON_BYTES)];
}

/** Reads the far end's words; they end up in error messages, so nothing but printable ASCII passes. */
export function readReason([reason]: Frames): string {
  return new TextDecoder().decode(reason?.subarray(0, MAX_REASON_BYTES)).replaceAll(/[^ -~]/g, "?");
}

/** Packs the number of bytes that CREDIT gives back. */
export function packCredit(bytes: number): Frames {
  const credit = new Uint8Array(8);
  new DataView(credit.buffer).setFloat64(0, bytes);
  return [credit];
}

/** Reads the number of bytes that CREDIT gives back; `NaN` when it says none. */
export function readCredit([credit]: Frames): number {
  if (credit?.byteLength !== 8) return Number.NaN;
  return new DataView(credit.buffer, credit.byteOffset, 8).getFloat64(0);
}
