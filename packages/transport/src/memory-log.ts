/**
 * One log of a memory network.
 *
 * @module
 */

import { TransportError } from "./errors.ts";
import { type Frames, weighFrames } from "./frames.ts";
import type { JournaledEntry, JournaledLog } from "./log-journal.ts";
import type { Bounds } from "./log-options.ts";
import type { LogSize, LogStart } from "./logs.ts";
import { LogEntries, type Numbered } from "./memory-log-entries.ts";

/** An entry as it is held. */
export interface HeldEntry extends Numbered {
  /** When it was appended, in ms since 1970. */
  readonly time: number;
  readonly key: string | undefined;
  readonly frames: Frames;
}

/** Where a reader is: behind the entry of a number, once it has read what it begins with. */
export interface LogPlace {
  readonly number: number;
  readonly first: readonly HeldEntry[];
  /** Whether entries are missing in front of the place. */
  readonly isGap: boolean;
}

/** The entries of one name, by rising number. */
export class MemoryLog {
  readonly name: string;
  /** Those who read it now. */
  readers = 0;
  readonly #epoch: string;
  readonly #entries = new LogEntries<HeldEntry>();
  readonly #byKey = new Map<string, LogEntries<HeldEntry>>();
  readonly #waiting = new Set<() => void>();
  #bytes = 0;
  #last: number;
  /** The newest entry that readers may see: those behind it are not kept yet. */
  #shown: number;
  #trimmedTo: number;
  #trimmedAt: number;
  #maxAgeMs: number;

  constructor(state: JournaledLog) {
    this.name = state.log;
    this.#epoch = state.epoch;
    this.#last = state.last;
    this.#shown = state.last;
    this.#trimmedTo = state.trimmedTo;
    this.#trimmedAt = state.trimmedAt;
    this.#maxAgeMs = state.maxAgeMs ?? Number.POSITIVE_INFINITY;
  }

  /** What it remembers beside its entries. */
  get state(): JournaledLog {
    const maxAgeMs = Number.isFinite(this.#maxAgeMs) ? this.#maxAgeMs : undefined;
    const [trimmedTo, trimmedAt] = [this.#trimmedTo, this.#trimmedAt];
    return { log: this.name, epoch: this.#epoch, last: this.#last, trimmedTo, trimmedAt, maxAgeMs };
  }

  get size(): LogSize {
    return { entries: this.#entries.length, bytes: this.#bytes };
  }

  idOf(number: number): string {
    return `${this.#epoch}-${number}`;
  }

  /** Makes the next entry, which readers see from `show` on. */
  append(key: string | undefined, frames: Frames): JournaledEntry {
    const time = Math.max(Date.now(), this.#entries.last?.time ?? 0);
    const entry = { log: this.name, number: this.#last + 1, time, key, frames };
    this.restore(entry);
    return entry;
  }

  /** Takes in an entry that comes behind all others. */
  restore({ number, time, key, frames }: JournaledEntry): void {
    const entry: HeldEntry = { number, time, key, frames, isGone: false };
    this.#last = Math.max(this.#last, number);
    this.#bytes += weighEntry(key, frames);
    this.#entries.push(entry);
    if (key === undefined) return;
    const ofKey = this.#byKey.get(key) ?? new LogEntries<HeldEntry>();
    this.#byKey.set(key, ofKey);
    ofKey.push(entry);
  }

  /** Lets readers see the entries up to a number: they are kept. */
  show(number: number): void {
    this.#shown = Math.max(this.#shown, number);
    this.#wake();
  }

  /** Removes what the bounds leave no room for, and returns its numbers. */
  trim({ maxEntries, maxAgeMs, maxBytes, maxPerKey }: Bounds, key: string | undefined): readonly number[] {
    this.#maxAgeMs = maxAgeMs;
    const ofKey = key === undefined ? undefined : this.#byKey.get(key);
    const superseded: number[] = [];
    while (ofKey && ofKey.length > maxPerKey) superseded.push(...this.#drop(ofKey.first));
    const trimmed = this.trimWhile(() => this.#entries.length > maxEntries || this.#bytes > maxBytes);
    return [...superseded, ...trimmed, ...this.trimAged()];
  }

  /** Removes entries that are too old, and returns their numbers. */
  trimAged(): readonly number[] {
    const since = Date.now() - this.#maxAgeMs;
    return this.trimWhile(({ time }) => time < since);
  }

  /** Removes the oldest entries while they are to go, and returns their numbers. */
  trimWhile(isToGo: (oldest: HeldEntry) => boolean): readonly number[] {
    const gone: number[] = [];
    for (let oldest = this.#entries.first; oldest && isToGo(oldest); oldest = this.#entries.first) {
      gone.push(...this.#drop(oldest));
      this.#trimmedTo = oldest.number;
      this.#trimmedAt = oldest.time;
    }
    return gone;
  }

  /** Finds where a reader begins. Throws `TRIMMED`. */
  placeOf(from: LogStart): LogPlace {
    if (from instanceof Date) return this.#placeAt(from.getTime());
    if (from === "now") return { number: this.#shown, first: [], isGap: false };
    if (from === "start") return { number: this.#trimmedTo, first: [], isGap: false };
    if (from === "last") return { number: this.#shown, first: this.#lastValues(), isGap: false };
    const number = this.#numberOf(from);
    if (number >= this.#trimmedTo && number <= this.#last) return { number, first: [], isGap: false };
    throw new TransportError("TRIMMED", `Entries of the log "${this.name}" behind ${from} are no longer kept`);
  }

  /** Finds the next entry behind a number, and whether others were trimmed between. */
  next(number: number): { readonly entry: HeldEntry | undefined; readonly isGap: boolean } {
    const found = this.#entries.after(number);
    const entry = found && found.number <= this.#shown ? found : undefined;
    return { entry, isGap: this.#trimmedTo > number };
  }

  /** Calls back once when there may be more to read. Returns what calls it off. */
  wait(wake: () => void): () => void {
    this.#waiting.add(wake);
    return () => this.#waiting.delete(wake);
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }

  #placeAt(time: number): LogPlace {
    let number = this.#trimmedTo;
    for (const entry of this.#entries) {
      if (entry.time >= time || entry.number > this.#shown) break;
      number = entry.number;
    }
    return { number, first: [], isGap: this.#trimmedAt > 0 && time <= this.#trimmedAt };
  }

  #lastValues(): readonly HeldEntry[] {
    const last = [...this.#byKey.values()].map((entries) => newestUpTo(entries, this.#shown));
    return last.filter((entry) => entry !== undefined).sort((one, other) => one.number - other.number);
  }

  #numberOf(id: string): number {
    const [epoch, number, ...rest] = id.split("-");
    if (number === undefined || !/^\d+$/.test(number) || rest.length > 0) {
      throw new TypeError(`from is no id of the log "${this.name}": ${id}`);
    }
    return epoch === this.#epoch ? Number(number) : -1;
  }

  #drop(entry: HeldEntry | undefined): readonly number[] {
    if (!entry) return [];
    const { key, frames, number } = entry;
    entry.isGone = true;
    this.#bytes -= weighEntry(key, frames);
    this.#entries.noteGone();
    const ofKey = key === undefined ? undefined : this.#byKey.get(key);
    ofKey?.noteGone();
    if (key !== undefined && ofKey?.length === 0) this.#byKey.delete(key);
    return [number];
  }
}

/** Counts what an entry takes beside its frames, too, so that empty ones do not add up for nothing. */
export function weighEntry(key: string | undefined, frames: Frames): number {
  return weighFrames(frames) + 2 * (key?.length ?? 0);
}

function newestUpTo(entries: Iterable<HeldEntry>, number: number): HeldEntry | undefined {
  let newest: HeldEntry | undefined;
  for (const entry of entries) if (entry.number <= number) newest = entry;
  return newest;
}
