/**
 * Many deadlines on one timer.
 *
 * @module
 */

/** The longest wait that `setTimeout` takes; a later deadline is waited for in parts. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** Whether waiting for the deadlines keeps a Node process alive. */
export interface DeadlinesOptions {
  readonly keepsAlive: boolean;
}

/**
 * Items that become due: each is handed over once its time has come, in the
 * order they were added where their times are the same.
 *
 * It holds a timer only while it holds an item.
 */
export class Deadlines<Item> {
  readonly #onDue: (item: Item) => void;
  readonly #keepsAlive: boolean;
  readonly #dueAt = new Map<Item, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerDueAt = Number.POSITIVE_INFINITY;

  constructor(onDue: (item: Item) => void, options: DeadlinesOptions) {
    this.#onDue = onDue;
    this.#keepsAlive = options.keepsAlive;
  }

  get size(): number {
    return this.#dueAt.size;
  }

  /** Adds an item, or moves it, to be due at a time as `performance.now` tells it. */
  set(item: Item, dueAt: number): void {
    this.#dueAt.set(item, dueAt);
    if (dueAt < this.#timerDueAt) this.#arm(dueAt);
  }

  delete(item: Item): void {
    // The timer of a deleted item may ring for nothing, which is cheaper than finding the next one now.
    if (this.#dueAt.delete(item) && this.#dueAt.size === 0) this.#disarm();
  }

  clear(): void {
    this.#dueAt.clear();
    this.#disarm();
  }

  #arm(dueAt: number): void {
    clearTimeout(this.#timer);
    this.#timerDueAt = dueAt;
    const delayMs = Math.ceil(dueAt - performance.now());
    const timer = setTimeout(() => this.#ring(), Math.min(Math.max(delayMs, 0), LONGEST_TIMEOUT_MS));
    // A browser's timer is a number and keeps nothing alive.
    if (!this.#keepsAlive && typeof timer === "object") timer.unref();
    this.#timer = timer;
  }

  #disarm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#timerDueAt = Number.POSITIVE_INFINITY;
  }

  #ring(): void {
    this.#disarm();
    const now = performance.now();
    let next = Number.POSITIVE_INFINITY;
    const due: Item[] = [];
    for (const [item, dueAt] of this.#dueAt) {
      if (dueAt <= now) due.push(item);
      else next = Math.min(next, dueAt);
    }
    for (const item of due) this.#dueAt.delete(item);
    if (next < this.#timerDueAt) this.#arm(next);
    for (const item of due) this.#onDue(item);
  }
}
