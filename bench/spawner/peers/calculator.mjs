// @ts-check
/**
 * What all workers do.
 *
 * @module
 */

/** @param {number} a @param {number} b @returns {number} */
export function add(a, b) {
  return a + b;
}

/** @param {Float64Array} samples @returns {number | undefined} */
export function take(samples) {
  return samples.at(-1);
}

/** @type {Float64Array | undefined} */
let given;

/** @param {number} length @returns {Float64Array} */
export function give(length) {
  if (given?.length !== length) {
    given = new Float64Array(length).fill(0.5);
    given[length - 1] = length;
  }
  return given;
}
