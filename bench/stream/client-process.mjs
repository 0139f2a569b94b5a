// @ts-check
/**
 * Main module of a client's process: connects the peer whose client module the
 * first argument is the URL of to the address in the second, takes the
 * measurements listed in the third, tells its parent the figures, and lives
 * until the parent disconnects.
 *
 * @module
 */

import { endWithParent, tellParent } from "../parent.mjs";
import { createChunk, sumBytes } from "./chunks.mjs";

/**
 * One measurement to take.
 *
 * @typedef {object} Step
 * @property {number} chunkBytes
 * @property {number} warmUpMs
 * @property {number} durationMs about how long the stream is to take
 */

/**
 * One measurement taken; a megabyte is a million bytes.
 *
 * @typedef {object} Figures
 * @property {number} chunkBytes
 * @property {number} megabytesPerSecond
 */

/** The length of the first stream of the warm-up. */
const FIRST_BYTES = 16 * 1024 * 1024;

const [module = "", address = "", plan = "[]"] = process.argv.slice(2);
/** @type {readonly Step[]} */
const steps = JSON.parse(plan);
/** @type {{ connect(address: string): Promise<import("./peers.mjs").Connection> }} */
const { connect } = await import(module);
/** @type {import("./peers.mjs").Connection | undefined} */
let connection;
endWithParent(async () => connection?.close());
connection = await connect(address);

/** @type {Figures[]} */
const figures = [];
for (const step of steps) figures.push(await measure(connection, step));
tellParent({ figures });

/**
 * Warms up with streams that double in length, and measures one that is long
 * enough: again, when it went so much faster that it was not.
 *
 * @param {import("./peers.mjs").Connection} peer
 * @param {Step} step
 * @returns {Promise<Figures>}
 */
async function measure(peer, { chunkBytes, warmUpMs, durationMs }) {
  let count = Math.ceil(FIRST_BYTES / chunkBytes);
  let elapsedMs = await receive(peer, chunkBytes, count);
  for (let warmMs = elapsedMs; warmMs < warmUpMs; warmMs += elapsedMs) {
    count *= 2;
    elapsedMs = await receive(peer, chunkBytes, count);
  }
  do {
    count = Math.ceil((count / elapsedMs) * durationMs);
    elapsedMs = await receive(peer, chunkBytes, count);
  } while (elapsedMs < durationMs / 2);
  return { chunkBytes, megabytesPerSecond: (count * chunkBytes) / 1000 / elapsedMs };
}

/**
 * Receives one stream and returns how long it took, from the request to the
 * last byte. Rejects when not every byte was there.
 *
 * @param {import("./peers.mjs").Connection} peer
 * @param {number} chunkBytes
 * @param {number} count
 * @returns {Promise<number>} milliseconds
 */
async function receive(peer, chunkBytes, count) {
  let sum = 0;
  const startedAt = performance.now();
  await peer.receive({ chunkBytes, count }, (chunk) => {
    sum += sumBytes(chunk);
  });
  const elapsedMs = performance.now() - startedAt;
  const expected = count * sumBytes(createChunk(chunkBytes));
  if (sum !== expected) throw new Error(`the bytes of a stream sum up to ${sum} in place of ${expected}`);
  return elapsedMs;
}
