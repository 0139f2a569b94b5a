/**
 * Doing something with many items, several at a time, in their order or as they come.
 *
 * @module
 */

import { linkSignals } from "./linked-signal.ts";
import { settlesBefore } from "./settles-before.ts";
import type { MapOptions } from "./task-pool-options.ts";

/** Results that come one by one. Leaving the loop ends what is under way. */
export interface TaskResults<Result> extends AsyncIterableIterator<Result, undefined> {
  /** Waits for the rest of them, as a list. */
  all(): Promise<Result[]>;
}

/** How chunks are worked through. */
interface Flow {
  readonly concurrency: number;
  readonly ordered: boolean;
  readonly signal: AbortSignal;
  /** Ends what is under way. */
  end(): void;
}

/** A chunk that is under way. */
interface Pending<Result> {
  readonly done: Promise<{ readonly pending: Pending<Result>; readonly results: readonly Result[] }>;
}

/** Runs a function for each chunk of items. Throws a `TypeError` for numbers that make no sense. */
export function mapChunks<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  { chunk = 1, concurrency = 1, ordered = true, signal }: MapOptions,
  run: (chunk: readonly Item[], signal: AbortSignal) => Promise<readonly Result[]>,
): TaskResults<Result> {
  checkCount("chunk", chunk);
  checkCount("concurrency", concurrency);
  const ending = new AbortController();
  const ends = linkSignals(signal, ending.signal);
  const end = (): void => {
    ending.abort();
    ends[Symbol.dispose]();
  };
  const results = generate(chunksOf(items, chunk), (part) => run(part, ends.signal), {
    concurrency,
    ordered,
    signal: ends.signal,
    end,
  });
  const leave = results.return.bind(results);
  return Object.assign(results, {
    return(): Promise<IteratorResult<Result, undefined>> {
      end();
      return leave(undefined);
    },
    async all(): Promise<Result[]> {
      const list: Result[] = [];
      for await (const result of results) list.push(result);
      return list;
    },
  });
}

async function* generate<Item, Result>(
  chunks: AsyncGenerator<readonly Item[], undefined>,
  run: (chunk: readonly Item[]) => Promise<readonly Result[]>,
  { concurrency, ordered, signal, end }: Flow,
): AsyncGenerator<Result, undefined> {
  const pending: Pending<Result>[] = [];
  let isMore = true;
  const fill = async (): Promise<void> => {
    while (isMore && pending.length < concurrency) {
      const { value, done } = await chunks.next();
      isMore = !done;
      if (value) pending.push(begin(run(value)));
    }
  };
  try {
    for (await fill(); pending.length > 0; await fill()) {
      // At once, though a task may go on that does not look at its signal.
      const next = await settlesBefore(takeNext(pending, ordered), signal);
      pending.splice(pending.indexOf(next.pending), 1);
      yield* next.results;
    }
    return undefined;
  } finally {
    end();
    await chunks.return(undefined);
  }
}

function takeNext<Result>(pending: readonly Pending<Result>[], ordered: boolean): Pending<Result>["done"] {
  const [first] = pending;
  return ordered && first ? first.done : Promise.race(pending.map(({ done }) => done));
}

function begin<Result>(running: Promise<readonly Result[]>): Pending<Result> {
  const pending: Pending<Result> = { done: running.then((results) => ({ pending, results })) };
  // The one whose turn it is tells; the others may have failed by then.
  pending.done.catch(() => undefined);
  return pending;
}

async function* chunksOf<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  size: number,
): AsyncGenerator<readonly Item[], undefined> {
  let chunk: Item[] = [];
  for await (const item of items) {
    chunk.push(item);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

function checkCount(name: string, value: unknown): void {
  if (typeof value === "number" && Number.isInteger(value) && value > 0) return;
  throw new TypeError(`${name} is ${String(value)}; expected an integer from 1`);
}
