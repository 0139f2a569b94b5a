/**
 * What travels beside a packed value, and what stands for it within.
 *
 * @module
 */

import { Tag as CborTag } from "cbor-x/index-no-eval";
import { Tag } from "./message.ts";
import {
  type LooseFrame,
  type LooseReference,
  type LooseStream,
  NO_LUGGAGE,
  type PackedLuggage,
} from "./pack-report.ts";
import type { Departure } from "./references.ts";
import type { Streamable } from "./streamable.ts";
import { type TypedArray, typedArrayTag } from "./typed-array.ts";

/** The frames, streams, references and signals of one packed value. Each gets its number when the value is sure to leave. */
export class Luggage implements PackedLuggage {
  frames: readonly LooseFrame[] = NO_LUGGAGE.frames;
  streams: readonly LooseStream[] = NO_LUGGAGE.streams;
  references: readonly LooseReference[] = NO_LUGGAGE.references;
  signals: readonly AbortSignal[] = NO_LUGGAGE.signals;

  /** Begins with nothing. */
  clear(): void {
    this.frames = NO_LUGGAGE.frames;
    this.streams = NO_LUGGAGE.streams;
    this.references = NO_LUGGAGE.references;
    this.signals = NO_LUGGAGE.signals;
  }

  /**
   * Adds large bytes. They are not copied: they stay their owner's, who leaves
   * them alone until the far end has answered.
   */
  addFrame(value: TypedArray): CborTag {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    const content: [frame: number, type: number | undefined] = [0, typedArrayTag(value)];
    const place = (frame: number): void => {
      content[0] = frame;
    };
    this.frames = [...this.frames, { bytes, place }];
    return new CborTag(content, Tag.FRAME);
  }

  /** Adds an iterable. */
  addStream({ iterable, kind }: Streamable): CborTag {
    const content: [stream: number, kind: number] = [0, kind];
    const place = (stream: number): void => {
      content[0] = stream;
    };
    this.streams = [...this.streams, { iterable, place }];
    return new CborTag(content, Tag.STREAM);
  }

  /** Adds something that stays here. */
  addReference(departure: Departure): CborTag {
    const content: [reference: number, kind: number] = [0, departure.kind];
    const place = (): void => {
      content[0] = departure.depart();
    };
    this.references = [...this.references, { place }];
    return new CborTag(content, Tag.REFERENCE);
  }

  /** Adds a signal. */
  addSignal(signal: AbortSignal): CborTag {
    this.signals = [...this.signals, signal];
    return new CborTag([this.signals.length - 1, signal.aborted], Tag.SIGNAL);
  }
}
