/**
 * Where logs in memory tell what they keep, so that it can outlive the process.
 *
 * @module
 */

import type { Frames } from "./frames.ts";

/** What a log remembers beside its entries. */
export interface JournaledLog {
  readonly log: string;
  /** Begins the ids of this log, and differs from that of any log of the same name before it. */
  readonly epoch: string;
  /** The number of the newest entry there ever was. */
  readonly last: number;
  /** The highest number of an entry that was trimmed; 0 for none. */
  readonly trimmedTo: number;
  /** The time of the newest entry that was trimmed, in ms since 1970; 0 for none. */
  readonly trimmedAt: number;
  /** The age at which entries go; absent for none. */
  readonly maxAgeMs?: number | undefined;
}

/** An entry, as it is kept. */
export interface JournaledEntry {
  readonly log: string;
  readonly number: number;
  /** When it was appended, in ms since 1970. */
  readonly time: number;
  readonly key: string | undefined;
  readonly frames: Frames;
}

/** Is told of every change, in order. */
export interface LogJournal {
  /** Tells of a new entry. */
  append(entry: JournaledEntry): void;
  /** Tells that entries are gone. */
  trim(log: string, numbers: readonly number[]): void;
  /** Tells what a log remembers from now on. */
  remember(log: JournaledLog): void;
  /** Resolves once all that was told so far is kept. Rejects when it cannot be. */
  kept(): Promise<void>;
}
