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
import { EVENT_BYTES } from "./peers.mjs";

/**
 * One measurement to take.
 *
 * @typedef {object} Step
 * @property {number} subscribers
 * @property {number} warmUpMs
 * @property {number} durationMs
 */

/**
 * One measurement taken.
 *
 * @typedef {object} Figures
 * @property {number} subscribers
 * @property {number} deliveredPerSecond events that arrived, at all subscribers together
 */

/** The events that all subscribers together get of one burst. */
const BURST_DELIVERIES = 20_000;

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
 * @param {import("./peers.mjs").Connection} peer
 * @param {Step} step
 * @returns {Promise<Figures>}
 */
async function measure(peer, { subscribers, warmUpMs, durationMs }) {
  let missing = 0;
  let complete = () => {};
  /** @param {Uint8Array} event */
  const take = (event) => {
    if (event.byteLength !== EVENT_BYTES) throw new Error(`bench: an event of ${event.byteLength} bytes`);
    missing -= 1;
    if (missing === 0) complete();
  };
  const leave = await Promise.all(Array.from({ length: subscribers }, () => peer.subscribe(take)));
  const count = BURST_DELIVERIES / subscribers;
  /** @param {number} ms */
  const run = async (ms) => {
    const startedAt = performance.now();
    let delivered = 0;
    while (performance.now() - startedAt < ms) {
      missing = count * subscribers;
      /** @type {Promise<void>} */
      const completed = new Promise((resolve) => {
        complete = resolve;
      });
      await peer.ask(count);
      await completed;
      delivered += count * subscribers;
    }
    return (delivered / (performance.now() - startedAt)) * 1000;
  };
  await run(warmUpMs);
  const deliveredPerSecond = await run(durationMs);
  await Promise.all(leave.map((end) => end()));
  return { subscribers, deliveredPerSecond };
}
