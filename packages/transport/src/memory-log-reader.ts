/**
 * A reader of a log in memory.
 *
 * @module
 */

import { copyFrames } from "./frames.ts";
import type { LogEntry, LogSubscription } from "./logs.ts";
import type { HeldEntry, LogPlace, MemoryLog } from "./memory-log.ts";
import { readInTurn } from "./reads-in-turn.ts";

const DONE: IteratorReturnResult<undefined> = { value: undefined, done: true };

/** What a reader is told by its logs. */
export interface ReaderMeans {
  onGap(): void;
  /** Removes what is too old by now. */
  trim(): void;
  onEnd(): void;
}

/** A reader and its place; what it has yet to read is in the log. */
export class LogReader implements LogSubscription {
  readonly #log: MemoryLog;
  readonly #means: ReaderMeans;
  readonly #first: HeldEntry[];
  #number: number;
  #isGap: boolean;
  #isClosed = false;
  #callOff = (): void => undefined;
  readonly #iterate: () => AsyncIterator<LogEntry, undefined>;
  #wake = (): void => undefined;

  constructor(log: MemoryLog, { number, first, isGap }: LogPlace, means: ReaderMeans) {
    this.#log = log;
    this.#means = means;
    this.#number = number;
    this.#first = [...first];
    this.#isGap = isGap;
    this.#iterate = readInTurn(
      () => this.#next(),
      () => this.close(),
    );
  }

  get position(): string {
    return this.#log.idOf(this.#number);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#callOff();
    this.#first.length = 0;
    this.#wake();
    this.#means.onEnd();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  [Symbol.asyncIterator](): AsyncIterator<LogEntry, undefined> {
    return this.#iterate();
  }

  async #next(): Promise<IteratorResult<LogEntry, undefined>> {
    while (!this.#isClosed) {
      const entry = this.#first.shift() ?? this.#find();
      if (entry) return { value: this.#show(entry), done: false };
      // Whoever was told of a gap may have closed the reader meanwhile.
      if (!this.#isClosed) await this.#more();
    }
    return DONE;
  }

  #find(): HeldEntry | undefined {
    this.#means.trim();
    const { entry, isGap } = this.#log.next(this.#number);
    if (isGap) this.#number = this.#log.state.trimmedTo;
    if (isGap || this.#isGap) {
      this.#isGap = false;
      this.#means.onGap();
    }
    if (entry) this.#number = entry.number;
    return entry;
  }

  #show({ number, time, key, frames }: HeldEntry): LogEntry {
    // Copied, because each reader owns its frames.
    return { id: this.#log.idOf(number), time: new Date(time), key, frames: copyFrames(frames) };
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      this.#callOff = this.#log.wait(resolve);
    });
  }
}
