/**
 * The consuming end of a stream.
 *
 * @module
 */

import type { Credit } from "./stream-source.ts";

/** What a sink tells the producing end. */
export interface SinkOptions {
  readonly window: Credit;
  credit(id: number, credit: Credit): void;
  stop(id: number): void;
  /** Called once, when nothing more will come or be taken. */
  over(id: number): void;
}

interface Item {
  readonly value: unknown;
  readonly bytes: number;
}

interface Reader {
  /** What the reader reads from: while somebody waits for an item, it is not forgotten. */
  readonly stream: object;
  resolve(result: IteratorResult<unknown, undefined>): void;
  reject(error: unknown): void;
}

const DONE: IteratorReturnResult<undefined> = { value: undefined, done: true };

/** What arrives of a far iterable, until somebody reads it. It holds no more than the credit it gave. */
export class StreamSink {
  readonly #id: number;
  readonly #options: SinkOptions;
  readonly #items: Item[] = [];
  readonly #readers: Reader[] = [];
  #started = false;
  #ended = false;
  #error: unknown;
  #owedItems = 0;
  #owedBytes = 0;
  /** What the far end may still send. */
  #creditItems = 0;
  #creditBytes = 0;

  constructor(id: number, options: SinkOptions) {
    this.#id = id;
    this.#options = options;
  }

  /** Whether anybody has asked for an item. */
  get started(): boolean {
    return this.#started;
  }

  /** Reads the next item for a stream. */
  next(stream: object): Promise<IteratorResult<unknown, undefined>> {
    const item = this.#items.shift();
    if (item) {
      this.#consumed(item.bytes);
      return Promise.resolve({ value: item.value, done: false });
    }
    if (this.#error !== undefined) return this.#failOnce();
    if (this.#ended) return Promise.resolve(DONE);
    if (!this.#started) this.#start();
    return new Promise((resolve, reject) => this.#readers.push({ stream, resolve, reject }));
  }

  /** Stops reading: what is here is dropped, and the far iterable's `return` runs. */
  stop(): void {
    this.#items.length = 0;
    this.#error = undefined;
    if (this.#ended) return;
    this.#options.stop(this.#id);
    this.#finish(undefined);
  }

  /** Takes an item. Returns false when the far end had no credit for it. */
  push(value: unknown, bytes: number): boolean {
    if (this.#ended) return true;
    if (this.#creditItems <= 0 || this.#creditBytes <= 0) return false;
    this.#creditItems -= 1;
    this.#creditBytes -= bytes;
    const reader = this.#readers.shift();
    if (reader) {
      this.#consumed(bytes);
      reader.resolve({ value, done: false });
    } else {
      this.#items.push({ value, bytes });
    }
    return true;
  }

  /** Ends after what is here, with the error when the far iterable threw or is gone. */
  end(error?: unknown): void {
    if (!this.#ended) this.#finish(error);
  }

  #start(): void {
    this.#started = true;
    this.#grant(this.#options.window.items, this.#options.window.bytes);
  }

  /** Gives back credit in large steps. */
  #consumed(bytes: number): void {
    if (this.#ended) return;
    this.#owedItems += 1;
    this.#owedBytes += bytes;
    const { window } = this.#options;
    if (this.#owedItems * 2 < window.items && this.#owedBytes * 2 < window.bytes) return;
    this.#grant(this.#owedItems, this.#owedBytes);
    this.#owedItems = 0;
    this.#owedBytes = 0;
  }

  #grant(items: number, bytes: number): void {
    this.#creditItems += items;
    this.#creditBytes += bytes;
    this.#options.credit(this.#id, { items, bytes });
  }

  #finish(error: unknown): void {
    this.#ended = true;
    const [first, ...others] = this.#readers.splice(0);
    if (first && error !== undefined) first.reject(error);
    else first?.resolve(DONE);
    for (const reader of others) reader.resolve(DONE);
    if (!first) this.#error = error;
    this.#options.over(this.#id);
  }

  #failOnce(): Promise<never> {
    const error = this.#error;
    this.#error = undefined;
    return Promise.reject(error);
  }
}
