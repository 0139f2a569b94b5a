// @ts-check
/**
 * The libraries under measurement.
 *
 * @module
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

/** @type {readonly import("../harness.mjs").Peer[]} */
export const peers = [
  { name: FOURWIRE, folder: "fourwire-zmq", server: "process", ours: true },
  { name: `${FOURWIRE} mac`, folder: "fourwire-zmq-mac", server: "process", ours: true, variant: "mac" },
  { name: `${FOURWIRE} tracing`, folder: "fourwire-zmq-tracing", server: "process", ours: true, variant: "tracing" },
  { name: "fourwire ws", folder: "fourwire-ws", server: "process", ours: true },
  { name: BARE_ZMQ, folder: "bare-zmq", server: "process" },
  { name: "bare ws", folder: "bare-ws", server: "process" },
  { name: CAPNWEB, folder: "capnweb-ws", server: "process" },
  { name: "moleculer tcp", folder: "moleculer-tcp", server: "process" },
  { name: "fourwire redis", folder: "fourwire-redis", server: "process", ours: true },
  { name: "bare redis", folder: "bare-redis", server: "process" },
  { name: "moleculer redis", folder: "moleculer-redis", server: "process" },
  { name: "comlink worker", folder: "comlink-worker", server: "worker" },
  { name: "fourwire pipe", folder: "fourwire-pipe", server: "worker", ours: true },
  { name: "bare pipe", folder: "bare-pipe", server: "worker" },
  { name: "bare fork", folder: "bare-fork", server: "worker" },
  { name: "fourwire message port", folder: "fourwire-message-port", server: "worker", ours: true },
  { name: "bare message port", folder: "bare-message-port", server: "worker" },
  { name: "piscina", folder: "piscina", server: "worker" },
];

export const variants = peers.flatMap(({ variant }) => variant ?? []);
