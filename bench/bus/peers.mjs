// @ts-check
/**
 * What is under measurement.
 *
 * @module
 */

/**
 * What `connect` of a peer's client gives, once the server can be asked. A peer
 * has only what it can do.
 *
 * @typedef {object} Connection
 * @property {(count: number) => Promise<void>} [publish]
 * publishes so many events; resolves when the subscriber, in the server's process, has the last one
 * @property {(a: number, b: number) => Promise<number>} [call] has the server's process add
 * @property {(payload: Uint8Array) => Promise<unknown>} [put] resolves once the queue has the item
 * @property {(count: number, inFlight: number) => Promise<void>} [work]
 * takes and acknowledges so many items; so many at once
 * @property {() => Promise<void>} close
 */

export const MEMORY = "fourwire memory";
export const ZMQ = "fourwire zmq";
export const WS = "fourwire ws";
export const REDIS = "fourwire redis";
export const DURABLE = "fourwire durable";
export const BARE_REDIS = "bare ioredis";
export const NATS = "nats";
export const MOLECULER = "moleculer redis";
export const BULLMQ = "bullmq";

/** The bytes of an event and of an item. */
export const PAYLOAD_BYTES = 100;

/** @type {readonly import("../harness.mjs").Peer[]} */
export const peers = [
  { name: MEMORY, folder: "fourwire-memory", server: "worker", ours: true },
  { name: ZMQ, folder: "fourwire-zmq", server: "process", ours: true },
  { name: WS, folder: "fourwire-ws", server: "process", ours: true },
  { name: REDIS, folder: "fourwire-redis", server: "process", ours: true },
  { name: DURABLE, folder: "fourwire-durable", server: "process", ours: true },
  { name: BARE_REDIS, folder: "bare-redis", server: "process", ours: true },
  { name: NATS, folder: "nats", server: "process" },
  { name: MOLECULER, folder: "moleculer-redis", server: "process", ours: true },
  { name: BULLMQ, folder: "bullmq", server: "process", ours: true },
];
