/**
 * The producing end of a stream.
 *
 * @module
 */

/** What a source tells the consuming end. */
export interface SourceOptions {
  /** Sends an item and returns the bytes it took. Throws when it does not cross. */
  next(id: number, value: unknown): number;
  end(id: number): void;
  error(id: number, error: unknown): void;
  /** Waits until items can be queued again. */
  room(): Promise<void> | undefined;
  /** Called once, when nothing more will come. */
  over(id: number): void;
}

/** What a consumer lets a source send before it says more. */
export interface Credit {
  readonly items: number;
  readonly bytes: number;
}

/** An iterable whose items travel. It is not touched before the consumer asks for the first, or leaves without one. */
export class StreamSource {
  readonly #id: number;
  readonly #iterable: AsyncIterable<unknown>;
  readonly #options: SourceOptions;
  #iterator: AsyncIterator<unknown> | undefined;
  #items = 0;
  #bytes = 0;
  #stopped = false;
  #wake: (() => void) | undefined;

  constructor(id: number, iterable: AsyncIterable<unknown>, options: SourceOptions) {
    this.#id = id;
    this.#iterable = iterable;
    this.#options = options;
  }

  /** Lets more items leave. */
  credit({ items, bytes }: Credit): void {
    this.#items += items;
    this.#bytes += bytes;
    if (!this.#iterator && !this.#stopped) void this.#run();
    this.#wake?.();
  }

  /**
   * Stops because the consumer did, or is gone: the iterable's `return` runs, so that it can clean up, also when nothing
   * was ever read of it.
   */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#wake?.();
    this.#options.over(this.#id);
    // The iterable has nobody left to tell what goes wrong while it cleans up.
    this.#cleanUp().catch(() => undefined);
  }

  /** Lets the iterable clean up, which may throw as well as reject. */
  async #cleanUp(): Promise<void> {
    // What was made to be read may hold something before its first item.
    this.#iterator ??= this.#iterable[Symbol.asyncIterator]();
    await this.#iterator.return?.();
  }

  async #run(): Promise<void> {
    try {
      const iterator = this.#iterable[Symbol.asyncIterator]();
      this.#iterator = iterator;
      await this.#pull(iterator);
    } catch (error) {
      this.#finish(() => this.#options.error(this.#id, error));
    }
  }

  async #pull(iterator: AsyncIterator<unknown>): Promise<void> {
    while (!this.#stopped) {
      await this.#mayGo();
      if (this.#stopped) return;
      const next = await iterator.next();
      if (this.#stopped) return;
      if (next.done) {
        this.#finish(() => this.#options.end(this.#id));
        return;
      }
      await this.#send(next.value);
    }
  }

  async #send(value: unknown): Promise<void> {
    const room = this.#options.room();
    if (room) await room;
    if (this.#stopped) return;
    try {
      this.#bytes -= this.#options.next(this.#id, value);
      this.#items -= 1;
    } catch (error) {
      // An item that does not cross ends the stream, and its source must hear of it.
      this.#cleanUp().catch(() => undefined);
      throw error;
    }
  }

  #finish(tell: () => void): void {
    if (this.#stopped) return;
    this.#stopped = true;
    tell();
    this.#options.over(this.#id);
  }

  /** Waits for credit. An item larger than what is left may still go, or it never would. */
  async #mayGo(): Promise<void> {
    while (!this.#stopped && (this.#items <= 0 || this.#bytes <= 0)) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }
}
