/**
 * What is under way, by ascending numbers.
 *
 * @module
 */

const FIRST_CAPACITY = 16;

/**
 * Entries by their numbers, for numbers that come in order and go in about the
 * same order.
 *
 * A `Map` would make a new table every so many entries, each kept alive by the
 * one before it once that is old: entries that are gone would be copied and
 * copied by the garbage collector. Here a place is used again and again. The few
 * that stay long move aside when their place is needed.
 */
export class Numbered<Entry> {
  #numbers: number[] = new Array<number>(FIRST_CAPACITY).fill(0);
  #entries: (Entry | undefined)[] = new Array<Entry | undefined>(FIRST_CAPACITY).fill(undefined);
  #aside: Map<number, Entry> | undefined;
  #size = 0;

  /** The number of entries. */
  get size(): number {
    return this.#size;
  }

  /** Finds the entry of a number. */
  get(number: number): Entry | undefined {
    const at = number & (this.#entries.length - 1);
    const entry = this.#entries[at];
    if (entry !== undefined && this.#numbers[at] === number) return entry;
    return this.#aside?.get(number);
  }

  /** Says whether there is an entry of a number. */
  has(number: number): boolean {
    return this.get(number) !== undefined;
  }

  /** Puts an entry in the place of its number, which has none. */
  add(number: number, entry: Entry): void {
    if (this.#size * 2 >= this.#entries.length) this.#grow();
    this.#size += 1;
    this.#place(number, entry);
  }

  /** Takes out the entry of a number, if there is one. */
  take(number: number): Entry | undefined {
    const at = number & (this.#entries.length - 1);
    const entry = this.#entries[at];
    if (entry !== undefined && this.#numbers[at] === number) {
      this.#entries[at] = undefined;
      this.#size -= 1;
      return entry;
    }
    return this.#takeAside(number);
  }

  /** Takes out all entries, in the order of their numbers. */
  clear(): Entry[] {
    const all = this.#all().sort(([one], [other]) => one - other);
    this.#entries.fill(undefined);
    this.#aside = undefined;
    this.#size = 0;
    return all.map(([, entry]) => entry);
  }

  #place(number: number, entry: Entry): void {
    const at = number & (this.#entries.length - 1);
    const former = this.#entries[at];
    if (former !== undefined) {
      this.#aside ??= new Map();
      this.#aside.set(this.#numbers[at] ?? 0, former);
    }
    this.#numbers[at] = number;
    this.#entries[at] = entry;
  }

  #takeAside(number: number): Entry | undefined {
    const entry = this.#aside?.get(number);
    if (entry === undefined) return undefined;
    this.#aside?.delete(number);
    this.#size -= 1;
    return entry;
  }

  #grow(): void {
    const all = this.#all();
    const capacity = this.#entries.length * 2;
    this.#numbers = new Array<number>(capacity).fill(0);
    this.#entries = new Array<Entry | undefined>(capacity).fill(undefined);
    this.#aside = undefined;
    for (const [number, entry] of all) this.#place(number, entry);
  }

  #all(): [number: number, entry: Entry][] {
    const all: [number, Entry][] = [...(this.#aside ?? [])];
    for (const [at, entry] of this.#entries.entries()) {
      if (entry !== undefined) all.push([this.#numbers[at] ?? 0, entry]);
    }
    return all;
  }
}
