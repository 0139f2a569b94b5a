/**
 * The object of Pizco's documentation.
 *
 * @module
 */

import { Signal } from "../src/index.ts";

export class MultiplyBy {
  readonly factorChanged = new Signal<[value: number, previous: number]>();
  #factor: number;

  constructor(factor: number) {
    this.#factor = factor;
  }

  get factor(): number {
    return this.#factor;
  }

  set factor(value: number) {
    const previous = this.#factor;
    if (value === previous) return;
    this.#factor = value;
    this.factorChanged.emit(value, previous);
  }

  calculate(x: number): number {
    return x * this.#factor;
  }
}
