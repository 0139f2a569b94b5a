/**
 * The one first-in, first-out queue.
 *
 * @module
 */

type Waiter<Item> = (result: IteratorResult<Item, undefined>) => void;

/** The result of every `next` after the end. */
const DONE: IteratorReturnResult<undefined> = { value: undefined, done: true };

/**
 * A queue between whoever pushes items and whoever iterates them.
 *
 * It counts the bytes it holds; whoever pushes decides what to do when they
 * become too many. What was pushed before `end` is still delivered.
 */
export class Inbox<Item> implements AsyncIterable<Item> {
  readonly #sizeOf: (item: Item) => number;
  #items: (Item | undefined)[] = [];
  #head = 0;
  #bytes = 0;
  readonly #waiters: Waiter<Item>[] = [];
  #ended = false;

  constructor(sizeOf: (item: Item) => number = () => 0) {
    this.#sizeOf = sizeOf;
  }

  /** The bytes pushed and not yet taken. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The items pushed and not yet taken. */
  get length(): number {
    return this.#items.length - this.#head;
  }

  /** Adds an item, or hands it to whoever waits. Does nothing after `end`. */
  push(item: Item): void {
    if (this.#ended) return;
    const waiter = this.#waiters.shift();
    if (waiter) {
      waiter({ value: item, done: false });
      return;
    }
    this.#items.push(item);
    this.#bytes += this.#sizeOf(item);
  }

  /** Takes the oldest item, or `undefined` when there is none. */
  shift(): Item | undefined {
    if (this.#head === this.#items.length) return undefined;
    const item = this.#items[this.#head];
    // Not kept until the next compaction: a taken item may be large.
    this.#items[this.#head] = undefined;
    this.#head += 1;
    if (item !== undefined) this.#bytes -= this.#sizeOf(item);
    this.#compact();
    return item;
  }

  /** Goes through the items without taking them, the oldest first. */
  *peek(): Iterable<Item> {
    for (const item of this.#items.slice(this.#head)) if (item !== undefined) yield item;
  }

  /** Says whether an item is here. */
  has(item: Item): boolean {
    return this.#items.includes(item, this.#head);
  }

  /** Drops an item, if it is here. */
  remove(item: Item): void {
    const place = this.#items.indexOf(item, this.#head);
    if (place === -1) return;
    this.#items.splice(place, 1);
    this.#bytes -= this.#sizeOf(item);
  }

  /** Ends the iteration after what is already here. */
  end(): void {
    this.#ended = true;
    for (const waiter of this.#waiters.splice(0)) waiter(DONE);
  }

  /** Drops what is here and ends the iteration. */
  clear(): void {
    this.#items = [];
    this.#head = 0;
    this.#bytes = 0;
    this.end();
  }

  [Symbol.asyncIterator](): AsyncIterator<Item, undefined> {
    return {
      next: () => this.#next(),
      return: () => Promise.resolve(DONE),
    };
  }

  #next(): Promise<IteratorResult<Item, undefined>> {
    const item = this.shift();
    if (item !== undefined) return Promise.resolve({ value: item, done: false });
    if (this.#ended) return Promise.resolve(DONE);
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  /** Frees the places of taken items, in steps large enough to cost little each. */
  #compact(): void {
    if (this.#head === this.#items.length) {
      this.#items = [];
      this.#head = 0;
    } else if (this.#head >= 1024 && this.#head * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
  }
}
