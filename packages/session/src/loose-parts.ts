/**
 * What of a value travels beside it: large byte values and streams.
 *
 * @module
 */

import { Tag as CborTag } from "cbor-x/index-no-eval";
import { Tag } from "./message.ts";
import type { LooseFrame, LooseStream } from "./pack-report.ts";
import type { Streamable } from "./streamable.ts";
import { type TypedArray, typedArrayTag } from "./typed-array.ts";

/** A part that travels beside a value, and what stands for it there. */
export interface LoosePart<Part> {
  readonly part: Part;
  readonly tag: CborTag;
}

/**
 * Makes a frame of a large byte value.
 *
 * Not copied: large bytes stay their owner's, who leaves them alone until the
 * far end has answered.
 */
export function looseFrame(value: TypedArray): LoosePart<LooseFrame> {
  const content: [frame: number, type: number | undefined] = [0, typedArrayTag(value)];
  const place = (frame: number): void => {
    content[0] = frame;
  };
  const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return { part: { bytes, place }, tag: new CborTag(content, Tag.FRAME) };
}

/** Makes a stream of an iterable. */
export function looseStream({ iterable, kind }: Streamable): LoosePart<LooseStream> {
  const content: [stream: number, kind: number] = [0, kind];
  const place = (stream: number): void => {
    content[0] = stream;
  };
  return { part: { iterable, place }, tag: new CborTag(content, Tag.STREAM) };
}
