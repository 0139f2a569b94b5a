/**
 * How values are packed, and what packing one found out about it.
 *
 * @module
 */

import { sizeOfFrames } from "@fourwire/transport";
import type { Codec } from "./codec.ts";
import type { Limits } from "./limits.ts";
import type { ReferencePort } from "./references.ts";

/** How values are packed. */
export interface PackOptions {
  readonly limits: Pick<Limits, "maxDepth" | "maxItems" | "maxMessageBytes">;
  /** What they are written with in the end. */
  readonly codec: Pick<Codec, "bytesFactor" | "encode">;
  /** Whether errors cross with their stack traces. */
  readonly showStack: boolean;
  /** Whether the far end may have memory in common with this one. Default `false`. */
  readonly shares?: boolean | undefined;
  /** What crosses by reference; absent where nothing does. */
  readonly references?: ReferencePort | undefined;
}

/** A byte value that travels as a frame of its own, and the place that must name the frame. */
export interface LooseFrame {
  readonly bytes: Uint8Array;
  /** Takes the bytes away from whoever gave them, when they are sure to leave; absent for those that stay their owner's. */
  take?(): Uint8Array;
  /** Names the frame once its number is known. */
  place(frame: number): void;
}

/** An iterable that travels as a stream, and the place that must name the stream. */
export interface LooseStream {
  readonly iterable: AsyncIterable<unknown>;
  /** Names the stream once its number is known. */
  place(stream: number): void;
}

/** Something that travels as a reference, and the place that must name it. */
export interface LooseReference {
  /** Counts it as sent and names it. */
  place(): void;
}

/** What a packed value takes, and what goes beside it. */
export interface PackReport {
  /** Never less than the bytes the value takes, its own frames included. */
  readonly bytes: number;
  readonly items: number;
  readonly frames: readonly LooseFrame[];
  readonly streams: readonly LooseStream[];
  readonly references: readonly LooseReference[];
  readonly signals: readonly AbortSignal[];
}

/** The bytes that the number of a frame, a stream or a reference takes at most. */
const NUMBER_BYTES = 16;
/** How many times what it takes a value may be counted as. */
const OVERCOUNT = 16;

/**
 * Says what a packed value takes, never less than it is: by its count, or by
 * writing it where the count alone is too much to be sure that it fits.
 */
export function bytesOf(packed: unknown, report: PackReport, options: PackOptions): number {
  const { bytes, frames, streams, references } = report;
  const { codec, limits } = options;
  const counted = bytes * codec.bytesFactor;
  if (counted <= limits.maxMessageBytes || bytes > limits.maxMessageBytes * OVERCOUNT) return counted;
  const numbers = (frames.length + streams.length + references.length) * NUMBER_BYTES;
  return codec.encode([packed]).byteLength + numbers + sizeOfFrames(frames.map((frame) => frame.bytes));
}

/** The report of nothing at all. */
export const NOTHING: PackReport = { bytes: 0, items: 0, frames: [], streams: [], references: [], signals: [] };
