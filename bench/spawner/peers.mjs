// @ts-check
/**
 * The workers under measurement.
 *
 * @module
 */

/**
 * What `connect` of a peer's client gives: a worker that was started and has
 * not been called yet.
 *
 * @typedef {object} Connection
 * @property {(a: number, b: number) => PromiseLike<number>} add
 * @property {(samples: Float64Array) => PromiseLike<number>} take gives the array to the worker, which returns its last element
 * @property {(length: number) => PromiseLike<Float64Array>} give has the worker return an array whose last element is its length
 * @property {() => Promise<unknown>} close
 */

export const FOURWIRE = "fourwire process";
export const BARE_FORK = "bare fork";
export const BARE_FORK_ADVANCED = "bare fork advanced";
export const PISCINA = "piscina";

/** @type {readonly import("../harness.mjs").Peer[]} */
export const peers = [
  { name: FOURWIRE, folder: "fourwire-process", server: "worker", ours: true },
  { name: "fourwire thread", folder: "fourwire-thread", server: "worker", ours: true },
  { name: BARE_FORK, folder: "bare-fork", server: "worker" },
  { name: BARE_FORK_ADVANCED, folder: "bare-fork-advanced", server: "worker" },
  { name: "bare thread", folder: "bare-thread", server: "worker" },
  { name: PISCINA, folder: "piscina", server: "worker" },
  { name: "piscina no atomics", folder: "piscina-no-atomics", server: "worker" },
  { name: "workerpool", folder: "workerpool", server: "worker" },
];
