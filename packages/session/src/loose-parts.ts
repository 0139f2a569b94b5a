/**
 * What of a value travels beside it: large byte values, streams and references.
 *
 * @module
 */

import { Tag as CborTag } from "cbor-x/index-no-eval";
import { Tag } from "./message.ts";
import type { LooseFrame, LooseReference, LooseStream } from "./pack-report.ts";
import type { Departure, Homecoming } from "./references.ts";
import type { Streamable } from "./streamable.ts";
import { type TypedArray, typedArrayTag } from "./typed-array.ts";

/** The parts that travel beside one value. */
export class LooseParts {
  frames: LooseFrame[] = [];
  streams: LooseStream[] = [];
  references: LooseReference[] = [];
  signals: AbortSignal[] = [];

  /** Begins with none. Lists that were handed out stay as they are; most values have none. */
  protected clearParts(): void {
    if (this.frames.length > 0) this.frames = [];
    if (this.streams.length > 0) this.streams = [];
    if (this.references.length > 0) this.references = [];
    if (this.signals.length > 0) this.signals = [];
  }

  /** Notes what there is, and returns how to take back what came after. */
  protected markParts(): () => void {
    const lists = [this.frames, this.streams, this.references, this.signals];
    const lengths = lists.map((list) => list.length);
    return () => {
      for (const [index, list] of lists.entries()) list.length = lengths[index] ?? 0;
    };
  }
}

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

/** Makes a reference of something that stays here, or of something of the far end's on its way home. */
export function looseReference(found: Departure | Homecoming): LoosePart<LooseReference | undefined> {
  if (isHomecoming(found)) return { part: undefined, tag: new CborTag([...found], Tag.HOME) };
  const content: [reference: number, kind: number, token?: string] = [0, found.kind];
  if (found.token !== undefined) content.push(found.token);
  const place = (): void => {
    content[0] = found.depart();
  };
  return { part: { place }, tag: new CborTag(content, Tag.REFERENCE) };
}

function isHomecoming(found: Departure | Homecoming): found is Homecoming {
  return Array.isArray(found);
}
