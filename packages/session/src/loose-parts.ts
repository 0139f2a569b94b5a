/**
 * What of a value travels beside it: large byte values, streams and references.
 *
 * @module
 */

import { SharedFrame } from "@fourwire/transport";
import { Tag as CborTag } from "#cbor";
import { FRAME_BYTES } from "./limits.ts";
import { Tag } from "./message.ts";
import type { LooseFrame, LooseReference, LooseStream } from "./pack-report.ts";
import type { Departure, Homecoming } from "./references.ts";
import type { Streamable } from "./streamable.ts";
import { isSharedBuffer, type Transfer } from "./transfer.ts";
import { type TypedArray, typedArrayTag } from "./typed-array.ts";

/** The parts that travel beside one value. */
export class LooseParts {
  frames: LooseFrame[] = [];
  streams: LooseStream[] = [];
  references: LooseReference[] = [];
  signals: AbortSignal[] = [];
  /** The transfers in which what is being packed lies. */
  readonly #transfers: Transfer[] = [];

  /** Begins with none. Lists that were handed out stay as they are; most values have none. */
  protected clearParts(): void {
    if (this.frames.length > 0) this.frames = [];
    if (this.streams.length > 0) this.streams = [];
    if (this.references.length > 0) this.references = [];
    if (this.signals.length > 0) this.signals = [];
  }

  /** Packs what a transfer gives away. */
  protected packTransfer(transfer: Transfer, pack: (transfer: Transfer) => unknown): unknown {
    this.#transfers.push(transfer);
    try {
      return pack(transfer);
    } finally {
      this.#transfers.pop();
    }
  }

  /** Makes a frame of a byte value that is large, given away or shared; nothing of others, which are copied into the message. */
  protected frameOf(value: TypedArray): LoosePart<LooseFrame> | undefined {
    const { buffer, byteOffset, byteLength } = value;
    if (isSharedBuffer(buffer)) return looseFrame(value, new SharedFrame(buffer, byteOffset, byteLength));
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    const transfer = this.#transfers.find((each) => each.holds(buffer));
    if (transfer?.holds(buffer)) return looseFrame(value, bytes, () => transfer.take(buffer, byteOffset, byteLength));
    return byteLength < FRAME_BYTES ? undefined : looseFrame(value, bytes);
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

/** Says whether an array lies in memory that threads share. */
export function isShared({ buffer }: TypedArray): boolean {
  return isSharedBuffer(buffer);
}

/** A part that travels beside a value, and what stands for it there. */
export interface LoosePart<Part> {
  readonly part: Part;
  /** A tag of CBOR. */
  readonly tag: object;
}

/**
 * Makes a frame of a large byte value.
 *
 * Not copied: large bytes stay their owner's, who leaves them alone until the
 * far end has answered.
 */
function looseFrame(value: TypedArray, bytes: Uint8Array, take?: () => Uint8Array): LoosePart<LooseFrame> {
  const content: [frame: number, type: number | undefined] = [0, typedArrayTag(value)];
  const place = (frame: number): void => {
    content[0] = frame;
  };
  return { part: { bytes, place, ...(take && { take }) }, tag: new CborTag(content, Tag.FRAME) };
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
