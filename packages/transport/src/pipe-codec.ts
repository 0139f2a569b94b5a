/**
 * The messages of a pipe as bytes: length (32 bit), kind (8 bit), id (32 bit),
 * then a text or what `joinFrames` writes. Numbers are big-endian.
 *
 * @module
 */

import { TransportError } from "./errors.ts";
import type { Frames } from "./frames.ts";
import { joinFrames, MAX_FRAMES, sizeOfFrames, splitFrames } from "./frames.ts";
import { LENGTH_BYTES } from "./pipe-reader.ts";
import type { WireEvents } from "./trunk.ts";
import type { TrunkControl } from "./trunk-message.ts";
import { controlOf, isId, MAX_TRUNK_TEXT, partsOf, TRUNK_DATA } from "./trunk-message.ts";

/** The kind and the id. */
const HEAD_BYTES = 5;
const HEADER_BYTES = LENGTH_BYTES + HEAD_BYTES;
const NUMBER_BYTES = 4;

/** The most bytes that one UTF-16 unit takes in UTF-8. */
const MAX_UNIT_BYTES = 3;

/** The bytes up to which copying a message costs less than handing its frames over one by one. */
const COPIED_BYTES = 32 * 1024;

/** The most bytes that the longest message takes up after its length. */
export function maxEncodedBytes(maxMessageBytes: number): number {
  return HEAD_BYTES + Math.max(maxMessageBytes + NUMBER_BYTES * (MAX_FRAMES + 1), MAX_TRUNK_TEXT * MAX_UNIT_BYTES);
}

/** Encodes a user's message: as one part of its own memory, or, when it is large, as a header and the frames themselves. */
export function encodeData(id: number, frames: Frames): readonly [Uint8Array, ...Uint8Array[]] {
  const bytes = sizeOfFrames(frames);
  const indexBytes = NUMBER_BYTES * (frames.length + 1);
  if (bytes <= COPIED_BYTES) {
    const message = joinFrames(frames, HEADER_BYTES);
    writeHeader(message, TRUNK_DATA, id);
    return [message];
  }
  const header = new Uint8Array(HEADER_BYTES + indexBytes);
  writeHeader(header, TRUNK_DATA, id, bytes);
  const view = new DataView(header.buffer);
  view.setUint32(HEADER_BYTES, frames.length);
  frames.forEach((frame, index) => {
    view.setUint32(HEADER_BYTES + NUMBER_BYTES * (index + 1), frame.byteLength);
  });
  return [header, ...frames];
}

/** Encodes a control message. */
export function encodeControl(control: TrunkControl): Uint8Array {
  const [kind, id, text] = partsOf(control);
  const body = new TextEncoder().encode(text);
  const message = new Uint8Array(HEADER_BYTES + body.byteLength);
  writeHeader(message, kind, id);
  message.set(body, HEADER_BYTES);
  return message;
}

/** Hands a message, without its length, to the trunk. Throws `LOST` for what no end of a pipe writes. */
export function decode(message: Uint8Array, events: WireEvents): void {
  if (message.byteLength < HEAD_BYTES) throw malformed();
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const kind = view.getUint8(0);
  const id = view.getInt32(1);
  const body = message.subarray(HEAD_BYTES);
  if (kind === TRUNK_DATA && isId(id)) {
    events.data(id, splitFrames(body));
    return;
  }
  const control = controlOf(kind, id, new TextDecoder().decode(body));
  if (!control) throw malformed();
  events.control(control);
}

/** Writes the header in front of what is there, and of as many bytes more. */
function writeHeader(message: Uint8Array, kind: number, id: number, moreBytes = 0): void {
  const view = new DataView(message.buffer);
  view.setUint32(0, message.byteLength - LENGTH_BYTES + moreBytes);
  view.setUint8(LENGTH_BYTES, kind);
  view.setInt32(LENGTH_BYTES + 1, id);
}

function malformed(): TransportError {
  return new TransportError("LOST", "What arrived is not a message of this driver");
}
