/**
 * Entries of a log in memory, in order.
 *
 * @module
 */

/** What such entries are. */
export interface Numbered {
  /** Higher than that of every entry before. */
  readonly number: number;
  /** Whether the entry is no longer kept. */
  isGone: boolean;
}

/** How many entries that are gone are put up with before they are swept out. */
const MAX_GONE = 1_024;

/** Entries by rising number. Most go from the front; those that go from between leave a mark until the next sweep. */
export class LogEntries<Entry extends Numbered> {
  #entries: Entry[] = [];
  #head = 0;
  #gone = 0;

  /** The entries that are kept. */
  get length(): number {
    return this.#entries.length - this.#gone;
  }

  /** The oldest entry. */
  get first(): Entry | undefined {
    for (; this.#head < this.#entries.length; this.#head += 1) {
      const entry = this.#entries[this.#head];
      if (entry && !entry.isGone) return entry;
    }
    return undefined;
  }

  /** The newest entry, where entries go from the front only. */
  get last(): Entry | undefined {
    return this.length === 0 ? undefined : this.#entries.at(-1);
  }

  push(entry: Entry): void {
    this.#entries.push(entry);
  }

  /** Notes that an entry which is here was marked as gone. */
  noteGone(): void {
    this.#gone += 1;
    if (this.#gone < MAX_GONE || this.#gone * 2 < this.#entries.length) return;
    this.#entries = this.#entries.filter(({ isGone }) => !isGone);
    this.#head = 0;
    this.#gone = 0;
  }

  /** Finds the first entry of a higher number. */
  after(number: number): Entry | undefined {
    for (let place = this.#placeAfter(number); place < this.#entries.length; place += 1) {
      const entry = this.#entries[place];
      if (entry && !entry.isGone) return entry;
    }
    return undefined;
  }

  *[Symbol.iterator](): Iterator<Entry> {
    for (const entry of this.#entries) if (!entry.isGone) yield entry;
  }

  #placeAfter(number: number): number {
    let low = this.#head;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#entries[middle]?.number ?? 0) > number) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
