/**
 * The items of a memory queue that can be taken.
 *
 * @module
 */

import { Inbox } from "./inbox.ts";

/** Items by priority, those of one priority in the order in which they came. */
export class ReadyItems<Item extends { readonly priority: number }> {
  /** The priorities that have items, the highest first. */
  #lanes: { readonly priority: number; readonly items: Inbox<Item> }[] = [];

  get length(): number {
    return this.#lanes.reduce((sum, { items }) => sum + items.length, 0);
  }

  push(item: Item): void {
    this.#laneOf(item.priority).push(item);
  }

  shift(): Item | undefined {
    const [first] = this.#lanes;
    const item = first?.items.shift();
    if (first?.items.length === 0) this.#lanes.shift();
    return item;
  }

  remove(item: Item): void {
    const lane = this.#lanes.find(({ priority }) => priority === item.priority);
    lane?.items.remove(item);
    if (lane?.items.length === 0) this.#lanes = this.#lanes.filter((other) => other !== lane);
  }

  clear(): void {
    this.#lanes = [];
  }

  /** Goes through the items, the next one first. */
  *[Symbol.iterator](): Iterator<Item> {
    for (const { items } of this.#lanes) yield* items.peek();
  }

  #laneOf(priority: number): Inbox<Item> {
    const known = this.#lanes.find((lane) => lane.priority === priority);
    if (known) return known.items;
    const items = new Inbox<Item>();
    this.#lanes = [...this.#lanes, { priority, items }].sort((one, other) => other.priority - one.priority);
    return items;
  }
}
