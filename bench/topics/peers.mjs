// @ts-check
/**
 * What is under measurement.
 *
 * @module
 */

/**
 * What `connect` of a peer's client gives, once the server can be asked.
 *
 * @typedef {object} Connection
 * @property {(take: (event: Uint8Array) => void) => Promise<() => Promise<void>>} subscribe
 * subscribes over a connection of its own; resolves, with what ends it, once the next event will be seen
 * @property {(count: number) => Promise<void>} ask has the server publish so many events
 * @property {() => Promise<void>} close
 */

export const FOURWIRE = "fourwire hub zmq";
export const BARE_ZMQ = "bare zmq";
export const REDIS = "fourwire redis";
export const BARE_REDIS = "bare redis";

/** The bytes of an event. */
export const EVENT_BYTES = 100;

/** @type {readonly import("../harness.mjs").Peer[]} */
export const peers = [
  { name: FOURWIRE, folder: "fourwire-hub-zmq", server: "process", ours: true },
  { name: BARE_ZMQ, folder: "bare-zmq", server: "process" },
  { name: REDIS, folder: "fourwire-redis", server: "process", ours: true },
  { name: BARE_REDIS, folder: "bare-redis", server: "process" },
  { name: "nats", folder: "nats", server: "process" },
];
