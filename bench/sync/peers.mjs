// @ts-check
/**
 * The two ways to make one call after the other.
 *
 * @module
 */

/**
 * What `connect` of a peer's client gives, once the first call can be made.
 *
 * @typedef {object} Connection
 * @property {(calls: number) => Float64Array | Promise<Float64Array>} time makes so many calls, one after the other, and says how many µs each took
 * @property {() => void | Promise<void>} close
 */

export const AWAITED = "connect";
export const WAITED = "connectSync";

/** @type {readonly import("../harness.mjs").Peer[]} */
export const peers = [
  { name: AWAITED, folder: "awaited", server: "process", ours: true },
  { name: WAITED, folder: "waited", server: "process", ours: true },
];

/**
 * Takes the time of one call. Throws for a wrong sum.
 *
 * @param {number} startedMs
 * @param {number} sum
 * @param {number} expected
 * @returns {number} µs
 */
export function tookUs(startedMs, sum, expected) {
  const us = (performance.now() - startedMs) * 1000;
  if (sum !== expected) throw new Error(`a call returned ${sum} in place of ${expected}`);
  return us;
}
