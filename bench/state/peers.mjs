// @ts-check
/**
 * What is under measurement.
 *
 * @module
 */

/**
 * What `connect` of a peer's client gives, once the server can be asked. A peer
 * without a state has only what it can do.
 *
 * @typedef {object} Connection
 * @property {((turn: number) => PromiseLike<unknown>) | undefined} call a proxy call, or what a bare socket has in its place
 * @property {((turn: number) => PromiseLike<unknown>) | undefined} get
 * @property {((turn: number) => PromiseLike<unknown>) | undefined} set
 * @property {((turn: number) => PromiseLike<unknown>) | undefined} getBeside a read beside a large neighbour
 * @property {((turn: number) => PromiseLike<unknown>) | undefined} setBeside a write beside a large neighbour
 * @property {(() => Promise<Waker>) | undefined} wake
 * @property {((watchers: number) => Promise<Fan>) | undefined} fanOut
 * @property {((watchers: number) => Promise<Fan>) | undefined} fanOutBeside the same beside a large neighbour
 * @property {(() => Promise<Scale>) | undefined} bytes
 * @property {(() => Promise<Scale>) | undefined} bytesBeside the same beside a large neighbour
 * @property {() => Promise<void>} close
 */

/**
 * Somebody who waits, and somebody who wakes them, over connections of their own.
 *
 * @typedef {object} Waker
 * @property {() => Promise<number>} time lets one wait, wakes it, and gives the time in between in ms
 * @property {() => Promise<void>} close
 */

/**
 * Watchers of one key, each with a connection of its own.
 *
 * @typedef {object} Fan
 * @property {(changes: number) => Promise<void>} run makes so many changes; resolves when every watcher has the last one
 * @property {() => Promise<void>} close
 */

/**
 * One client whose bytes are counted.
 *
 * @typedef {object} Scale
 * @property {() => Promise<number>} weigh sets a key that the client watches, reads it, and gives the bytes of all that, both ways
 * @property {() => Promise<void>} close
 */

export const FOURWIRE = "fourwire zmq";
export const BARE_ZMQ = "bare zmq";

/** @type {readonly import("../harness.mjs").Peer[]} */
export const peers = [
  { name: FOURWIRE, folder: "fourwire-zmq", server: "process", ours: true },
  { name: "fourwire ws", folder: "fourwire-ws", server: "process", ours: true },
  { name: "fourwire redis", folder: "fourwire-redis", server: "process", ours: true },
  { name: "fourwire memory", folder: "fourwire-memory", server: "worker", ours: true },
  { name: BARE_ZMQ, folder: "bare-zmq", server: "process" },
  { name: "bare redis", folder: "bare-redis", server: "process", ours: true },
];
