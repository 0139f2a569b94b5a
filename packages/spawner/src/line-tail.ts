/**
 * The last lines of a stream.
 *
 * @module
 */

import type { Readable } from "node:stream";

/** How much of what a worker wrote is kept for the messages about its end. */
const MAX_LINES = 20;
const MAX_CHARACTERS = 8_192;

/** Keeps the end of what a stream gives, however it is cut into chunks. Bytes that are no UTF-8 are replaced. */
export class LineTail {
  readonly #decoder = new TextDecoder();
  #text = "";

  constructor(stream: Readable | undefined) {
    stream?.on("data", (chunk: Uint8Array) => this.#add(this.#decoder.decode(chunk, { stream: true })));
  }

  /** The last lines, the unfinished one included; empty when nothing was written. */
  get text(): string {
    return this.#text.trimEnd().split("\n").slice(-MAX_LINES).join("\n");
  }

  #add(text: string): void {
    this.#text = `${this.#text}${text}`.slice(-MAX_CHARACTERS);
  }
}
