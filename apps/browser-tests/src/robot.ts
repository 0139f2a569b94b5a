/**
 * What is served to the page.
 *
 * @module
 */

import { Signal } from "@fourwire/proxy";

/** What knows the answers, and stays where it is. */
export interface Adviser {
  advise(word: string): Promise<string>;
}

/** An object with a member of every kind that a page may want. */
export class Robot {
  readonly turned = new Signal<[angle: number]>();
  #angle = 0;

  get angle(): number {
    return this.#angle;
  }

  set angle(value: number) {
    this.#angle = value;
    this.turned.emit(value);
  }

  add(a: number, b: number): number {
    return a + b;
  }

  /** Calls back what the page handed over. */
  async ask(question: (word: string) => Promise<string>): Promise<string> {
    return `heard ${await question("ready?")}`;
  }

  /** Calls a method of what the page handed over. */
  async consult(adviser: Adviser): Promise<string> {
    return `heard ${await adviser.advise("where to?")}`;
  }

  async *countTo(limit: number): AsyncGenerator<number> {
    for (let count = 1; count <= limit; count += 1) yield count;
  }

  async sum(values: AsyncIterable<number>): Promise<number> {
    let sum = 0;
    for await (const value of values) sum += value;
    return sum;
  }

  /** Turns bytes round and gives them back. */
  reverse(bytes: Uint8Array): Uint8Array {
    return bytes.toReversed();
  }

  /** Measures bytes, which travel beside the batch when they are many. */
  size(bytes: Uint8Array): number {
    return bytes.byteLength;
  }
}
