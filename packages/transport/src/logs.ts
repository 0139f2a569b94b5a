/**
 * The port of durable channels: events that are kept, in order, for those who
 * come later.
 *
 * @module
 */

import type { Frames } from "./frames.ts";
import type { WaitOptions } from "./wait-options.ts";

/** One event of a log. */
export interface LogEntry {
  /** Names the entry within its log for as long as that exists, and says where to go on behind it. */
  readonly id: string;
  /** When it was appended, by the clock of whoever keeps the log. */
  readonly time: Date;
  /** What it is the value of, if it was appended with a key. */
  readonly key: string | undefined;
  readonly frames: Frames;
}

/**
 * What a log keeps: an entry goes as soon as one of the bounds says so, the
 * oldest first. What is said with the newest entry holds.
 */
export interface Retention {
  /** The most entries. Default: no limit. */
  readonly maxEntries?: number | undefined;
  /** The age at which an entry goes. Default: none. */
  readonly maxAgeMs?: number | undefined;
  /** The bytes of all entries; the driver's `maxLogBytes` if that is less. Default: that. */
  readonly maxBytes?: number | undefined;
  /**
   * The most entries of one key. With 1 the log holds the last value of each
   * key, whatever came between. What makes room for a newer value of its key is
   * superseded rather than missed. Default: no limit.
   */
  readonly maxPerKey?: number | undefined;
}

/** How an entry is appended. */
export interface AppendOptions extends WaitOptions {
  /** What the entry is the value of. Default: of nothing. */
  readonly key?: string | undefined;
  /** What the log keeps from now on. Default: all that the driver's `maxLogBytes` has room for. */
  readonly retention?: Retention | undefined;
}

/**
 * Where a reader begins.
 *
 * - `now`: with the next entry.
 * - `start`: with the oldest one that is kept.
 * - `last`: with the last value of each key, in order, and then the next entry.
 * - a `Date`: with the first entry of that time or later.
 * - an entry's id: with the one behind it.
 */
export type LogStart = string | Date;

/** How a log is read. */
export interface ReadOptions extends WaitOptions {
  /** Where to begin. Default `now`. */
  readonly from?: LogStart | undefined;
  /**
   * Called when entries are missing in front of the next one: they were trimmed
   * before this reader came to them, or the log was lost and began anew.
   */
  readonly onGap?: (() => void) | undefined;
}

/**
 * A reader of a log: yields what is kept from where it began, and then what is
 * appended, without a seam. It reads as fast as it is iterated, and keeps
 * nothing but its place.
 */
export interface LogSubscription extends AsyncIterable<LogEntry>, AsyncDisposable {
  /**
   * An id for `from` with which another reader goes on where this one is: that
   * of the last entry it yielded, and at first one that stands for where it
   * began. Of a reader from `last` it holds once the last values are read.
   */
  readonly position: string;
  /** Ends the subscription. Safe to call twice. */
  close(): Promise<void>;
}

/** What a log holds. */
export interface LogSize {
  readonly entries: number;
  /** The bytes that count towards `maxBytes`. */
  readonly bytes: number;
}

/**
 * Durable channels: logs that are appended to at one end and read from anywhere.
 *
 * A log exists as soon as it is named, and its entries are in one order for all
 * who read it. An `append` that resolved is kept as the driver's `durable` says.
 */
export interface Logs {
  /**
   * Appends an entry and resolves with its id, once it is kept. Rejects with
   * `TOO_LARGE` when the log has no room for it even when empty.
   */
  append(log: string, frames: Frames, options?: AppendOptions): Promise<string>;
  /**
   * Reads from a place on. Resolved means that nothing appended later is
   * missed. Rejects with `TRIMMED` when entries behind the id are no longer
   * kept, or the log that had it is gone, and with a `TypeError` for what is no
   * place.
   */
  read(log: string, options?: ReadOptions): Promise<LogSubscription>;
  /** Counts what a log holds. */
  size(log: string): Promise<LogSize>;
  /** Removes all entries, and resolves with their number. Who has yet to read them is told of a gap. */
  purge(log: string): Promise<number>;
}
