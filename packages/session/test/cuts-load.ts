/**
 * A load of calls and streams that can tell whether anything was lost,
 * repeated or mixed up.
 *
 * @module
 */

import type { Session } from "../src/index.ts";
import { deferred, type Functions } from "./fixture.ts";

/** How much a load does. */
export interface LoadOptions {
  readonly calls: number;
  /** The streams open all the while: half of them results, half of them arguments. */
  readonly streams: number;
  /** Called after each call that settled with the right value. */
  settled?(count: number): void;
}

/** What a load found out. */
export interface LoadReport {
  /** The calls that settled with another value than they should. */
  readonly wrong: readonly string[];
  /** How often each call ran, by number. */
  readonly runs: Uint8Array;
  /** Of each stream, the items sent and those received in order; equal when it is complete. */
  readonly streams: readonly { readonly sent: number; readonly received: number }[];
}

/** Calls under way at once. */
const IN_FLIGHT = 64;
/** A call of this many carries bytes that travel as a frame of their own. */
const LARGE_EVERY = 50;
const LARGE_BYTES = 9_000;

/** Wakes all streams for another item. */
class Ticker {
  ended = false;
  #next = deferred();

  tick(): void {
    this.#next.resolve();
    this.#next = deferred();
  }

  end(): void {
    this.ended = true;
    this.tick();
  }

  get next(): Promise<void> {
    return this.#next.promise;
  }
}

/** One load: the functions to serve, and the run that calls them. */
export class Load {
  readonly functions: Functions;
  readonly #options: LoadOptions;
  readonly #ticker = new Ticker();
  readonly #runs: Uint8Array;
  readonly #sent: number[] = [];
  readonly #wrong: string[] = [];

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#runs = new Uint8Array(options.calls);
    this.functions = {
      work: (number: number, bytes?: Uint8Array) => this.#work(number, bytes),
      numbers: (stream: number) => this.#numbers(stream),
      collect: (numbers: AsyncIterable<unknown>) => countInOrder(numbers),
    };
  }

  /** Makes all calls and reads all streams. */
  async run(client: Session): Promise<LoadReport> {
    const streams = Array.from({ length: this.#options.streams }, (_, stream) => this.#stream(client, stream));
    await this.#call(client);
    this.#ticker.end();
    const received = await Promise.all(streams);
    return {
      wrong: this.#wrong,
      runs: this.#runs,
      streams: received.map((count, stream) => ({ sent: this.#sent[stream] ?? -1, received: count })),
    };
  }

  async #work(number: number, bytes: Uint8Array | undefined): Promise<string> {
    this.#runs[number] = (this.#runs[number] ?? 0) + 1;
    // Some answers come in another order than the calls.
    if (number % 7 === 0) await new Promise<void>((resolve) => setImmediate(resolve));
    return answerTo(number, bytes);
  }

  async #call(client: Session): Promise<void> {
    const { calls, settled } = this.#options;
    let started = 0;
    let done = 0;
    const one = async (number: number): Promise<void> => {
      const bytes = number % LARGE_EVERY === 0 ? new Uint8Array(LARGE_BYTES).fill(number) : undefined;
      const answer = await client.call("work", bytes ? [number, bytes] : [number]);
      if (answer !== answerTo(number, bytes)) this.#wrong.push(`${number}: ${String(answer)}`);
      done += 1;
      if (done % 100 === 0) this.#ticker.tick();
      settled?.(done);
    };
    const worker = async (): Promise<void> => {
      while (started < calls) {
        started += 1;
        await one(started - 1);
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  }

  /** Opens one stream and returns the items received. */
  async #stream(client: Session, stream: number): Promise<number> {
    const options = { timeoutMs: Number.POSITIVE_INFINITY };
    if (stream % 2 === 0) return await countInOrder(await client.call("numbers", [stream], options));
    const received = await client.call("collect", [this.#numbers(stream)], options);
    return Number(received);
  }

  async *#numbers(stream: number): AsyncGenerator<number | Uint8Array> {
    this.#sent[stream] = 0;
    while (!this.#ticker.ended) {
      const item: number = this.#sent[stream] ?? 0;
      this.#sent[stream] = item + 1;
      yield (item + stream) % LARGE_EVERY === 0 ? new Uint8Array(LARGE_BYTES).fill(item) : item;
      if (!this.#ticker.ended) await this.#ticker.next;
    }
  }
}

/** Counts items as far as they are the numbers that they should be. */
async function countInOrder(numbers: unknown): Promise<number> {
  if (!isIterable(numbers)) throw new TypeError("It is no stream");
  let count = 0;
  for await (const item of numbers) {
    const isNext = item instanceof Uint8Array ? item.at(-1) === count % 256 : item === count;
    if (!isNext) return -1;
    count += 1;
  }
  return count;
}

function isIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

function answerTo(number: number, bytes: Uint8Array | undefined): string {
  return `answer ${number} ${bytes ? bytes.reduce((sum, byte) => sum + byte, 0) : ""}`;
}
