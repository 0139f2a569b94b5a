// @ts-check
/**
 * The tasks of a Piscina, each of which takes one value.
 *
 * @module
 */

import * as calculator from "./calculator.mjs";

/** @param {[number, number]} task */
export const add = ([a, b]) => calculator.add(a, b);

/** @param {[Float64Array]} task */
export const take = ([samples]) => calculator.take(samples);

/** @param {[number]} task */
export const give = ([length]) => calculator.give(length);
