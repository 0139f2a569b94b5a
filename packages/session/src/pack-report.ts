/**
 * What packing a value found out about it.
 *
 * @module
 */

/** A byte value that travels as a frame of its own, and the place that must name the frame. */
export interface LooseFrame {
  readonly bytes: Uint8Array;
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

/** What goes beside a packed value. */
export interface PackedLuggage {
  readonly frames: readonly LooseFrame[];
  readonly streams: readonly LooseStream[];
  readonly references: readonly LooseReference[];
  readonly signals: readonly AbortSignal[];
}

/** What a packed value takes, and what goes beside it. */
export interface PackReport {
  /** Never less than the bytes the value takes, its own frames included. */
  readonly bytes: number;
  readonly items: number;
  readonly luggage: PackedLuggage;
}

/** No luggage. */
export const NO_LUGGAGE: PackedLuggage = { frames: [], streams: [], references: [], signals: [] };

/** The report of nothing at all. */
export const NOTHING: PackReport = { bytes: 0, items: 0, luggage: NO_LUGGAGE };
