// @ts-check
/**
 * The libraries under measurement.
 *
 * @module
 */

/**
 * One library under measurement. Its folder below `peers/` holds `client.mjs`
 * with `connect(address)`, and `server.mjs`: with `start()` when the server is
 * a process of its own, or a worker that the client starts.
 *
 * @typedef {object} Peer
 * @property {string} name as it appears in tables, in `--only` and in the JSON file
 * @property {string} folder
 * @property {"process" | "worker"} server
 */

/**
 * What `start` of a peer's server gives.
 *
 * @typedef {object} RunningServer
 * @property {string} address where the client finds it
 * @property {() => Promise<void>} close
 */

/**
 * What `connect` of a peer's client gives, once the first call can be made.
 *
 * @typedef {object} Connection
 * @property {(a: number, b: number) => PromiseLike<number>} add
 * @property {() => Promise<void>} close
 */

export const FOURWIRE = "fourwire zmq";
export const BARE_ZMQ = "bare zmq";
export const CAPNWEB = "capnweb ws";

/** @type {readonly Peer[]} */
export const peers = [
  { name: FOURWIRE, folder: "fourwire-zmq", server: "process" },
  { name: BARE_ZMQ, folder: "bare-zmq", server: "process" },
  { name: "bare ws", folder: "bare-ws", server: "process" },
  { name: CAPNWEB, folder: "capnweb-ws", server: "process" },
  { name: "moleculer tcp", folder: "moleculer-tcp", server: "process" },
  { name: "comlink worker", folder: "comlink-worker", server: "worker" },
];
