// @ts-check
/**
 * Main module of a client's process: starts the worker of the peer whose client
 * module the first argument is the URL of, takes the measurements listed in the
 * third, tells its parent the figures, and lives until the parent disconnects.
 *
 * @module
 */

import { endWithParent, tellParent } from "../parent.mjs";
import { runWindow } from "../rpc/window.mjs";
import { median, percentile } from "../stats.mjs";

/**
 * One measurement to take.
 *
 * @typedef {object} Step
 * @property {string} measure `start`, `take`, `give`, or the number of calls in flight
 * @property {number} starts how many workers are started for `start`
 * @property {number} warmUpMs
 * @property {number} durationMs
 */

/**
 * One measurement taken.
 *
 * @typedef {object} Figures
 * @property {string} measure
 * @property {readonly number[]} values milliseconds for `start`, megabytes (a million bytes) a second for arrays, else calls a second
 * @property {number} p50Us
 */

/** Eight megabytes. */
const SAMPLES = 1_000_000;
const ARRAY_MEGABYTES = (SAMPLES * 8) / 1e6;
const samples = new Float64Array(SAMPLES).fill(0.5);

const [module = "", , plan = "[]"] = process.argv.slice(2);
/** @type {readonly Step[]} */
const steps = JSON.parse(plan);
/** @type {{ connect(): Promise<import("./peers.mjs").Connection> }} */
const { connect } = await import(module);
/** @type {import("./peers.mjs").Connection | undefined} */
let connection;
endWithParent(async () => void (await connection?.close()));

/** @type {Figures[]} */
const figures = [];
for (const step of steps) figures.push(step.measure === "start" ? await measureStart(step) : await measure(step));
tellParent({ figures });

/**
 * Times a worker from its start to the result of its first call.
 *
 * @param {Step} step
 * @returns {Promise<Figures>}
 */
async function measureStart({ starts, measure }) {
  const values = [];
  for (let index = 0; index < starts; index += 1) {
    const startedAt = performance.now();
    connection = await connect();
    if ((await connection.add(20, 22)) !== 42) throw new Error("bench: the first call did not return the sum");
    values.push(performance.now() - startedAt);
    await connection.close();
    connection = undefined;
  }
  return { measure, values, p50Us: median(values) * 1000 };
}

/**
 * @param {Step} step
 * @returns {Promise<Figures>}
 */
async function measure({ measure, warmUpMs, durationMs }) {
  connection ??= await connect();
  const peer = connection;
  if (measure === "take" || measure === "give") {
    const move = measure === "take" ? () => take(peer) : () => give(peer);
    await repeat(move, warmUpMs);
    const { count, elapsedMs } = await repeat(move, durationMs);
    const perSecond = (count * ARRAY_MEGABYTES * 1000) / elapsedMs;
    return { measure, values: [perSecond], p50Us: (elapsedMs * 1000) / count };
  }
  const inFlight = Number(measure);
  const sampleEvery = inFlight === 1 ? 1 : 16;
  await runWindow(peer.add, { inFlight, durationMs: warmUpMs, sampleEvery });
  const { completed, elapsedMs, latenciesUs } = await runWindow(peer.add, { inFlight, durationMs, sampleEvery });
  return { measure, values: [(completed * 1000) / elapsedMs], p50Us: percentile(latenciesUs, 0.5) };
}

/** @param {import("./peers.mjs").Connection} peer */
async function take(peer) {
  // Another one each time, so that no old one is taken for it.
  samples[SAMPLES - 1] = (samples[SAMPLES - 1] ?? 0) + 1;
  const last = await peer.take(samples);
  if (last !== samples[SAMPLES - 1]) throw new Error(`bench: the worker got ${last} as the last sample`);
}

/** @param {import("./peers.mjs").Connection} peer */
async function give(peer) {
  const given = await peer.give(SAMPLES);
  if (given.length !== SAMPLES || given[SAMPLES - 1] !== SAMPLES)
    throw new Error("bench: the worker gave another array");
}

/**
 * Does something again and again, one after the other.
 *
 * @param {() => Promise<void>} deed
 * @param {number} durationMs
 * @returns {Promise<{ count: number, elapsedMs: number }>}
 */
async function repeat(deed, durationMs) {
  const startedAt = performance.now();
  let count = 0;
  let elapsedMs = 0;
  while (elapsedMs < durationMs) {
    await deed();
    count += 1;
    elapsedMs = performance.now() - startedAt;
  }
  return { count, elapsedMs };
}
