/**
 * What all workers say, in one place and in order.
 *
 * @module
 */

import { LOG_LEVELS, type LogLevel, type LogRecord, readLevel } from "./log-record.ts";

/** How records are collected. */
export interface LogCollectorOptions {
  /** How long records wait for earlier ones that are still on their way. Default 200 ms. */
  readonly sortWindowMs?: number | undefined;
  /** What is less important than this is dropped. Default `trace`. */
  readonly level?: LogLevel | undefined;
  /** The most records that wait, for each reader as well; beyond it the oldest are dropped. Default 10,000. */
  readonly maxRecords?: number | undefined;
}

/** A record that waits for earlier ones. */
interface WaitingRecord {
  readonly arrivedMs: number;
  readonly record: LogRecord;
}

/** Called with records in order. What it throws goes nowhere. */
export type LogListener = (record: LogRecord) => void;

/**
 * Collects what workers say: `spawn({ log: collector })` has a worker's records,
 * uncaught errors and lines of output come here. From Pyacq's `LogServer`.
 *
 * Iterating gives every record from then on, in the order of their times. It
 * holds nothing that keeps the process alive.
 */
export class LogCollector implements AsyncIterable<LogRecord>, Disposable {
  /** What is less important is dropped, from the next record on. */
  level: LogLevel;
  readonly #sortWindowMs: number;
  readonly #maxRecords: number;
  readonly #listeners = new Set<LogListener>();
  readonly #ends = new Set<() => void>();
  #waiting: WaitingRecord[] = [];
  #dropped = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor({ sortWindowMs = 200, level = "trace", maxRecords = 10_000 }: LogCollectorOptions = {}) {
    if (!(sortWindowMs >= 0 && sortWindowMs < 2 ** 31)) throw new TypeError(`sortWindowMs is ${sortWindowMs}`);
    if (!(Number.isInteger(maxRecords) && maxRecords > 0)) throw new TypeError(`maxRecords is ${maxRecords}`);
    this.level = readLevel(level);
    this.#sortWindowMs = sortWindowMs;
    this.#maxRecords = maxRecords;
  }

  /** The number of records that were dropped because too many waited. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Takes a record. */
  add(record: LogRecord): void {
    if (record.level < LOG_LEVELS[this.level]) return;
    const waiting = this.#waiting;
    // Nearly always it is the latest.
    let place = waiting.length;
    while (place > 0 && (waiting[place - 1]?.record.time ?? 0) > record.time) place -= 1;
    waiting.splice(place, 0, { arrivedMs: Date.now(), record });
    if (waiting.length > this.#maxRecords) this.#drop(waiting);
    this.#timer ??= setTimeout(() => this.#next(), this.#sortWindowMs).unref();
  }

  /** Calls a function with every record from now on, until what this returns is disposed. */
  listen(listener: LogListener): Disposable {
    this.#listeners.add(listener);
    const stop = (): void => void this.#listeners.delete(listener);
    return { [Symbol.dispose]: stop };
  }

  /** Delivers everything that waits, at once. */
  flush(): void {
    this.#deliver(Number.POSITIVE_INFINITY);
  }

  [Symbol.dispose](): void {
    this.flush();
    for (const end of this.#ends) end();
    this.#listeners.clear();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<LogRecord, void, undefined> {
    const unread: LogRecord[] = [];
    const state = { isOver: false, wake: (): void => undefined };
    using _listening = this.listen((record) => {
      unread.push(record);
      if (unread.length > this.#maxRecords) this.#drop(unread);
      state.wake();
    });
    const end = (): void => {
      state.isOver = true;
      state.wake();
    };
    this.#ends.add(end);
    try {
      while (!state.isOver || unread.length > 0) {
        const next = unread.shift();
        if (next) yield next;
        else await new Promise<void>((resolve) => Object.assign(state, { wake: resolve }));
      }
    } finally {
      this.#ends.delete(end);
    }
  }

  #drop(records: unknown[]): void {
    records.shift();
    this.#dropped += 1;
  }

  #deliver(until: number): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // A clock that is ahead makes no record wait longer than the others.
    const isDue = ({ arrivedMs, record }: WaitingRecord): boolean => Math.min(arrivedMs, record.time) <= until;
    const due = this.#waiting.filter(isDue);
    this.#waiting = this.#waiting.filter((waiting) => !isDue(waiting));
    if (this.#waiting.length > 0) this.#timer = setTimeout(() => this.#next(), this.#sortWindowMs).unref();
    for (const { record } of due) for (const listener of this.#listeners) tell(listener, record);
  }

  #next(): void {
    this.#deliver(Date.now() - this.#sortWindowMs);
  }
}

function tell(listener: LogListener, record: LogRecord): void {
  try {
    listener(record);
  } catch {
    // One listener that fails keeps no record from the others.
  }
}
