// @ts-check
/**
 * What is under measurement.
 *
 * @module
 */

/**
 * What `connect` of a peer's client gives, once a stream can be asked for.
 *
 * @typedef {object} Connection
 * @property {(request: StreamRequest, read: (chunk: Uint8Array) => void) => Promise<void>} receive
 * asks for a stream and reads each chunk of it; resolves after the last one
 * @property {() => Promise<void>} close
 */

/**
 * What the client asks the server for: the same chunk so many times.
 *
 * @typedef {object} StreamRequest
 * @property {number} chunkBytes
 * @property {number} count
 */

export const FOURWIRE = "fourwire zmq";
export const BARE_ZMQ = "bare zmq";

/** @type {readonly import("../harness.mjs").Peer[]} */
export const peers = [
  { name: FOURWIRE, folder: "fourwire-zmq", server: "process", ours: true },
  { name: BARE_ZMQ, folder: "bare-zmq", server: "process" },
];
