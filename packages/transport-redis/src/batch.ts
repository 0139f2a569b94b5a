/**
 * Doing at once what is asked for in one turn.
 *
 * @module
 */

/** How large a batch may be: what is beyond goes into the next. */
export interface BatchLimits {
  readonly items: number;
  readonly bytes: number;
}

/** The limits that keep a script short: others get their turn, and the next batch is made while Redis works on one. */
const SCRIPT_LIMITS: BatchLimits = { items: 64, bytes: 1024 * 1024 };

/** Gathers what is added in one turn of the event loop, and hands it over in order. */
export class Batch<Item> {
  readonly #limits: BatchLimits;
  readonly #flush: (items: readonly Item[]) => void;
  #items: Item[] = [];
  #bytes = 0;
  #scheduled = false;

  constructor(flush: (items: readonly Item[]) => void, limits: BatchLimits = SCRIPT_LIMITS) {
    this.#flush = flush;
    this.#limits = limits;
  }

  add(item: Item, bytes = 0): void {
    if (this.#items.length > 0 && this.#bytes + bytes > this.#limits.bytes) this.#hand();
    this.#items.push(item);
    this.#bytes += bytes;
    if (this.#items.length >= this.#limits.items) this.#hand();
    if (this.#scheduled) return;
    this.#scheduled = true;
    // After the promises that the last batch has settled, whose continuations belong to the next one.
    process.nextTick(() => {
      this.#scheduled = false;
      this.#hand();
    });
  }

  #hand(): void {
    if (this.#items.length === 0) return;
    const items = this.#items;
    this.#items = [];
    this.#bytes = 0;
    this.#flush(items);
  }
}

/** One thing in a batch that somebody waits for. */
export interface Job<Request, Result> {
  readonly request: Request;
  readonly resolve: (result: Result) => void;
  readonly reject: (reason: unknown) => void;
}

/** Settles jobs with their results, in order, or all with what went wrong. */
export async function settleJobs<Result>(
  jobs: readonly Job<unknown, Result>[],
  results: Promise<readonly Result[]>,
): Promise<void> {
  try {
    const all = await results;
    jobs.forEach(({ resolve, reject }, index) => {
      const result = all[index];
      if (result === undefined) reject(new TypeError("Redis answered less than it was asked"));
      else resolve(result);
    });
  } catch (error) {
    for (const { reject } of jobs) reject(error);
  }
}
