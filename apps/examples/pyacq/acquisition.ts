/**
 * The three nodes of an acquisition: each runs in a process of its own.
 *
 * @module
 */

/** Whatever gives blocks of samples, here or in another process. */
export interface BlockSource {
  blocks(count: number): AsyncIterable<Float64Array> | Promise<AsyncIterable<Float64Array>>;
}

/** A device that samples a ramp. */
export class Device {
  readonly #blockSize: number;

  constructor(blockSize: number) {
    this.#blockSize = blockSize;
  }

  async *blocks(count: number): AsyncGenerator<Float64Array> {
    for (let block = 0; block < count; block += 1) {
      yield Float64Array.from({ length: this.#blockSize }, (_, index) => block * this.#blockSize + index);
    }
  }
}

/** A node that multiplies what it gets from another one. */
export class Amplifier {
  readonly #source: BlockSource;
  readonly #gain: number;

  constructor(source: BlockSource, gain: number) {
    this.#source = source;
    this.#gain = gain;
  }

  async *blocks(count: number): AsyncGenerator<Float64Array> {
    for await (const block of await this.#source.blocks(count)) yield block.map((sample) => sample * this.#gain);
  }
}

/** What a recording contains. */
export interface Recording {
  readonly samples: number;
  readonly sum: number;
  readonly processId: number;
}

/** A node that adds up what it gets from another one. */
export async function record(source: BlockSource, count: number): Promise<Recording> {
  let samples = 0;
  let sum = 0;
  for await (const block of await source.blocks(count)) {
    samples += block.length;
    sum += block.reduce((total, sample) => total + sample, 0);
  }
  return { samples, sum, processId: process.pid };
}
