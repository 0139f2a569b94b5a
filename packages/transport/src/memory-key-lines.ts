/**
 * The items of a memory queue that wait for others of their key.
 *
 * @module
 */

import { Inbox } from "./inbox.ts";
import type { JournaledItem } from "./queue-journal.ts";

/** Lets one item of each key pass at a time, in the order in which they came. */
export class KeyLines<Item extends { readonly key: string | undefined }> {
  /** The item of each key whose turn it is. */
  readonly #heads = new Map<string, Item>();
  readonly #lines = new Map<string, Inbox<Item>>();
  #length = 0;

  /** The items that wait. */
  get length(): number {
    return this.#length;
  }

  /** Says whether it is the item's turn; if not, it waits from now on. */
  enter(item: Item): boolean {
    const { key } = item;
    if (key === undefined) return true;
    if (!this.#heads.has(key)) {
      this.#heads.set(key, item);
      return true;
    }
    const line = this.#lines.get(key) ?? new Inbox<Item>();
    this.#lines.set(key, line);
    line.push(item);
    this.#length += 1;
    return false;
  }

  /** Forgets an item, and returns the one whose turn it is then. */
  leave(item: Item): Item | undefined {
    const { key } = item;
    if (key === undefined) return undefined;
    if (this.#heads.get(key) === item) return this.#moveUp(key);
    const line = this.#lines.get(key);
    const before = line?.length ?? 0;
    line?.remove(item);
    this.#length -= before - (line?.length ?? 0);
    if (line?.length === 0) this.#lines.delete(key);
    return undefined;
  }

  *[Symbol.iterator](): Iterator<Item> {
    for (const line of this.#lines.values()) yield* line.peek();
  }

  #moveUp(key: string): Item | undefined {
    const line = this.#lines.get(key);
    const next = line?.shift();
    if (line?.length === 0) this.#lines.delete(key);
    if (!next) {
      this.#heads.delete(key);
      return undefined;
    }
    this.#length -= 1;
    this.#heads.set(key, next);
    return next;
  }
}

/** Orders the items of each key by their turns, and leaves all others where they are. */
export function* inTurn(items: Iterable<JournaledItem>): Iterable<JournaledItem> {
  const all = [...items];
  const lines = linesOf(all);
  for (const item of all) {
    const next = lines.get(lineOf(item))?.next();
    yield next && !next.done ? next.value : item;
  }
}

/** Collects the items of each key, in turn. */
function linesOf(items: readonly JournaledItem[]): Map<string, Iterator<JournaledItem>> {
  const lines = new Map<string, JournaledItem[]>();
  for (const item of items.filter(({ key }) => key !== undefined)) {
    const line = lines.get(lineOf(item));
    if (line) line.push(item);
    else lines.set(lineOf(item), [item]);
  }
  return new Map([...lines].map(([name, line]) => [name, line.sort(byTurn)[Symbol.iterator]()]));
}

function lineOf({ queue, key }: JournaledItem): string {
  return JSON.stringify([queue, key]);
}

function byTurn(one: JournaledItem, other: JournaledItem): number {
  return (one.turn ?? 0) - (other.turn ?? 0);
}
