/**
 * The conditions that a fault proxy's connections are under.
 *
 * @module
 */

/** Which way bytes go: `upstream` from who connected to the target, `downstream` from the target to who connected. */
export type FaultDirection = "upstream" | "downstream";

/** One number, or the least and the most of numbers drawn at random. */
export type FaultRange = number | readonly [min: number, max: number];

/** A range with both of its ends. */
export type Range = readonly [min: number, max: number];

/** What befalls the bytes of one direction. */
export interface LaneConditions {
  readonly delayMs: Range;
  /** `Infinity` for no limit. */
  readonly bytesPerSecond: number;
  readonly sliceBytes: Range | undefined;
}

/** The longest delay that a timer takes. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;
const DIRECTIONS: readonly FaultDirection[] = ["upstream", "downstream"];
const NO_FAULTS: LaneConditions = { delayMs: [0, 0], bytesPerSecond: Number.POSITIVE_INFINITY, sliceBytes: undefined };

/** The faults in force on one proxy, read by all of its connections. */
export class FaultConditions {
  isStalled = false;
  isRefusing = false;
  /** After how many bytes a connection is cut; `undefined` for never. */
  cutAfterBytes: Range | undefined;
  readonly lanes: Record<FaultDirection, LaneConditions> = { upstream: NO_FAULTS, downstream: NO_FAULTS };

  /** Changes one direction, or both. Throws a `TypeError` for a direction there is not. */
  change(change: Partial<LaneConditions>, direction: FaultDirection | undefined): void {
    if (direction !== undefined && !DIRECTIONS.includes(direction)) {
      throw new TypeError(`direction is "upstream" or "downstream", or not given for both: ${String(direction)}`);
    }
    for (const name of DIRECTIONS) {
      if (direction === undefined || direction === name) this.lanes[name] = { ...this.lanes[name], ...change };
    }
  }

  clear(): void {
    this.isStalled = false;
    this.isRefusing = false;
    this.cutAfterBytes = undefined;
    this.change(NO_FAULTS, undefined);
  }
}

/** Checks times. Throws a `TypeError` that names them. */
export function checkDelays(name: string, range: FaultRange): Range {
  const [min, max] = spread(range);
  if (!(min >= 0 && min <= max && max <= LONGEST_DELAY_MS)) {
    throw new TypeError(`${name} is a time or [min, max] with 0 <= min <= max <= ${LONGEST_DELAY_MS}`);
  }
  return [min, max];
}

/** Checks numbers of bytes. Throws a `TypeError` that names them. */
export function checkSizes(name: string, range: FaultRange): Range {
  const [min, max] = spread(range);
  if (!(Number.isSafeInteger(min) && Number.isSafeInteger(max) && min >= 1 && min <= max)) {
    throw new TypeError(`${name} is a number of bytes or [min, max] with 1 <= min <= max`);
  }
  return [min, max];
}

/** Checks a rate. Throws a `TypeError` that names it. */
export function checkRate(name: string, bytesPerSecond: number): number {
  if (!(bytesPerSecond > 0)) throw new TypeError(`${name} is above 0, or Infinity for no limit`);
  return bytesPerSecond;
}

/** Draws a number of the range. */
export function drawNumber([min, max]: Range, roll: () => number): number {
  return min + roll() * (max - min);
}

/** Draws a whole number of the range, either end included. */
export function drawInteger([min, max]: Range, roll: () => number): number {
  return min + Math.floor(roll() * (max - min + 1));
}

function spread(range: FaultRange): Range {
  return typeof range === "number" ? [range, range] : range;
}
