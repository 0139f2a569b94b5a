// @ts-check
/**
 * What is under measurement.
 *
 * @module
 */

/**
 * What `connect` of a peer's client gives, once items can be put.
 *
 * @typedef {object} Connection
 * @property {(payload: Uint8Array) => Promise<void>} put resolves once the queue has the item
 * @property {(count: number, inFlight: number) => Promise<void>} work
 * takes and acknowledges so many items, each of which then is gone; so many at once
 * @property {() => Promise<void>} close
 */

export const REDIS = "fourwire redis";
export const DURABLE = "fourwire durable hub";
export const BULLMQ = "bullmq";

/** The bytes of an item. */
export const ITEM_BYTES = 100;

/** @type {readonly import("../harness.mjs").Peer[]} */
export const peers = [
  { name: REDIS, folder: "fourwire-redis", server: "process", ours: true },
  { name: DURABLE, folder: "fourwire-durable", server: "process", ours: true },
  { name: BULLMQ, folder: "bullmq", server: "process" },
];
