/**
 * The nodes of an acquisition: each runs in a process of its own, and logs.
 *
 * @module
 */

import { workerLogger } from "@fourwire/spawner";

/** How a signal is sampled. */
export interface Sampling {
  /** Samples a second. */
  readonly rate: number;
  /** Samples a block. */
  readonly size: number;
}

/** Whatever gives blocks of samples, here or in another process. */
export interface BlockSource {
  blocks(count: number): AsyncIterable<Float64Array> | Promise<AsyncIterable<Float64Array>>;
}

/** A device that samples two sines, one of them loud. */
export class Device {
  readonly #sampling: Sampling;
  readonly #log = workerLogger();

  constructor(sampling: Sampling) {
    this.#sampling = sampling;
  }

  /** Samples so many blocks, never more than the reader's window ahead. */
  async *blocks(count: number): AsyncGenerator<Float64Array> {
    const { rate, size } = this.#sampling;
    for (let block = 0; block < count; block += 1) {
      yield Float64Array.from({ length: size }, (_, index) => signalAt((block * size + index) / rate));
    }
    this.#log.info({ blocks: count }, "sampled");
  }
}

/** The strongest frequency of a block. */
export interface Peak {
  readonly hertz: number;
  readonly power: number;
}

/** A node that computes the spectra of what it gets from another one. */
export class Spectrum {
  readonly #source: BlockSource;
  readonly #sampling: Sampling;
  readonly #log = workerLogger();

  constructor(source: BlockSource, sampling: Sampling) {
    this.#source = source;
    this.#sampling = sampling;
  }

  /** Gives the strongest frequency of each block. */
  async *peaks(count: number): AsyncGenerator<Peak> {
    for await (const block of await this.#source.blocks(count)) {
      const powers = powersOf(block);
      const bin = powers.indexOf(Math.max(...powers));
      const hertz = (bin * this.#sampling.rate) / this.#sampling.size;
      this.#log.debug({ hertz }, "peak");
      yield { hertz, power: powers[bin] ?? 0 };
    }
    this.#log.info({ blocks: count }, "analysed");
  }
}

/** What a recording contains. */
export interface Recording {
  readonly samples: number;
  readonly loudest: number;
  readonly processId: number;
}

/** A node that keeps what it gets from another one. */
export class Recorder {
  readonly #log = workerLogger();
  #kept = new Float64Array();

  /** Takes so many blocks from a source, to the last of them. */
  async record(source: BlockSource, count: number): Promise<Recording> {
    for await (const block of await source.blocks(count)) this.#kept = Float64Array.of(...this.#kept, ...block);
    const loudest = this.#kept.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    this.#log.info({ samples: this.#kept.length }, "recorded");
    if (loudest > 1) this.#log.warn({ loudest }, "louder than the recording can be");
    return { samples: this.#kept.length, loudest, processId: process.pid };
  }

  /** Gives the whole recording, which arrives as the array that it is. */
  samples(): Float64Array {
    return this.#kept;
  }
}

function signalAt(seconds: number): number {
  return Math.sin(2 * Math.PI * 125 * seconds) + 0.25 * Math.sin(2 * Math.PI * 31.25 * seconds);
}

/** The powers of the frequencies of a block, by their definition; libraries do it faster. */
function powersOf(block: Float64Array): number[] {
  return Array.from({ length: block.length / 2 }, (_, bin) => {
    const step = (2 * Math.PI * bin) / block.length;
    const cosine = block.reduce((sum, sample, index) => sum + sample * Math.cos(step * index), 0);
    const sine = block.reduce((sum, sample, index) => sum + sample * Math.sin(step * index), 0);
    return (cosine ** 2 + sine ** 2) / block.length ** 2;
  });
}
