/**
 * Streams that tests make, read and watch.
 *
 * @module
 */

import { deferred } from "./fixture.ts";

/** A stream that says what becomes of it. */
export interface Watched<Item> {
  readonly items: AsyncGenerator<Item, void, undefined>;
  /** How many items were asked for. */
  produced(): number;
  /** Resolves once the stream's `finally` ran. */
  readonly ended: Promise<void>;
}

/** Makes a stream of what a function makes, for as long as anybody wants it. */
export function watched<Item>(make: (index: number) => Item | Promise<Item>, total: number = Infinity): Watched<Item> {
  const ended = deferred();
  let produced = 0;
  async function* generate(): AsyncGenerator<Item, void, undefined> {
    try {
      while (produced < total) {
        produced += 1;
        yield await make(produced - 1);
      }
    } finally {
      ended.resolve();
    }
  }
  return { items: generate(), produced: () => produced, ended: ended.promise };
}

/** Takes a value for a stream, as whoever calls a remote function must. */
export function asStream(value: unknown): AsyncIterableIterator<unknown> {
  if (typeof value === "object" && value !== null && "next" in value && Symbol.asyncIterator in value) {
    return value as AsyncIterableIterator<unknown>;
  }
  throw new TypeError("It arrived as something else than a stream");
}

/** Reads a stream to its end. */
export async function readAll(value: unknown): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of asStream(value)) items.push(item);
  return items;
}

/** The numbers from 0 on. */
export function count(total: number): number[] {
  return Array.from({ length: total }, (_, index) => index);
}
