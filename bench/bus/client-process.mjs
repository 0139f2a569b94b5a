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
import { percentile } from "../stats.mjs";
import { PAYLOAD_BYTES } from "./peers.mjs";

/**
 * One measurement to take.
 *
 * @typedef {object} Step
 * @property {"publish" | "call" | "queue"} measure
 * @property {number} inFlight
 * @property {number} warmUpMs
 * @property {number} durationMs of a queue, the time in which items are put; taking them follows
 */

/**
 * One measurement taken.
 *
 * @typedef {object} Figures
 * @property {Step["measure"] | "put" | "work"} measure
 * @property {number} inFlight
 * @property {number} opsPerSecond
 * @property {number} p50Us of calls only
 */

/** The events of one burst: the next one begins when the subscriber has all of it. */
const BURST = 5_000;
/** Of how many calls one is timed, when there are several under way. */
const SAMPLE_EVERY = 16;

const [module = "", address = "", plan = "[]"] = process.argv.slice(2);
/** @type {readonly Step[]} */
const steps = JSON.parse(plan);
/** @type {{ connect(address: string): Promise<import("./peers.mjs").Connection> }} */
const { connect } = await import(module);
/** @type {import("./peers.mjs").Connection | undefined} */
let connection;
endWithParent(async () => connection?.close());
connection = await connect(address);

/** @type {Record<Step["measure"], (peer: import("./peers.mjs").Connection, inFlight: number, ms: number) => Promise<Figures[]>>} */
const measures = { publish: measurePublish, call: measureCalls, queue: measureQueue };
/** @type {Figures[]} */
const figures = [];
for (const { measure, inFlight, warmUpMs, durationMs } of steps) {
  await measures[measure](connection, inFlight, warmUpMs);
  figures.push(...(await measures[measure](connection, inFlight, durationMs)));
}
tellParent({ figures });

/**
 * @param {import("./peers.mjs").Connection} peer
 * @param {number} inFlight
 * @param {number} ms
 * @returns {Promise<Figures[]>}
 */
async function measurePublish({ publish }, inFlight, ms) {
  if (!publish) return [];
  const startedAt = performance.now();
  let count = 0;
  for (; performance.now() - startedAt < ms; count += BURST) await publish(BURST);
  return [{ measure: "publish", inFlight, opsPerSecond: perSecond(count, startedAt), p50Us: Number.NaN }];
}

/**
 * Keeps so many calls under way: each that returns starts the next.
 *
 * @param {import("./peers.mjs").Connection} peer
 * @param {number} inFlight
 * @param {number} ms
 * @returns {Promise<Figures[]>}
 */
async function measureCalls({ call }, inFlight, ms) {
  if (!call) return [];
  const sampleEvery = inFlight === 1 ? 1 : SAMPLE_EVERY;
  /** @type {number[]} */
  const us = [];
  let turn = 0;
  const startedAt = performance.now();
  // A timer would wait for ever where nothing leaves the turn.
  let now = startedAt;
  const slot = async () => {
    while (now - startedAt < ms) {
      turn += 1;
      const [a, b] = [turn & 0xffff, turn & 0xff];
      if (turn % sampleEvery !== 0) {
        checkSum(await call(a, b), a + b);
        continue;
      }
      const askedAt = performance.now();
      checkSum(await call(a, b), a + b);
      now = performance.now();
      us.push((now - askedAt) * 1000);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, slot));
  const p50Us = percentile(Float64Array.from(us).sort(), 0.5);
  return [{ measure: "call", inFlight, opsPerSecond: perSecond(turn, startedAt), p50Us }];
}

/**
 * @param {number} sum
 * @param {number} expected
 * @returns {void}
 */
function checkSum(sum, expected) {
  if (sum !== expected) throw new Error(`bench: a call returned ${sum} in place of ${expected}`);
}

/**
 * @param {import("./peers.mjs").Connection} peer
 * @param {number} inFlight
 * @param {number} ms
 * @returns {Promise<Figures[]>}
 */
async function measureQueue({ put, work }, inFlight, ms) {
  if (!put || !work) return [];
  const payload = new Uint8Array(PAYLOAD_BYTES);
  const startedAt = performance.now();
  let count = 0;
  let now = startedAt;
  const slot = async () => {
    while (now - startedAt < ms) {
      await put(payload);
      count += 1;
      if (count % SAMPLE_EVERY === 0) now = performance.now();
    }
  };
  await Promise.all(Array.from({ length: inFlight }, slot));
  const putsPerSecond = perSecond(count, startedAt);
  const putAt = performance.now();
  await work(count, inFlight);
  return [
    { measure: "put", inFlight, opsPerSecond: putsPerSecond, p50Us: Number.NaN },
    { measure: "work", inFlight, opsPerSecond: perSecond(count, putAt), p50Us: Number.NaN },
  ];
}

/**
 * @param {number} count
 * @param {number} since
 * @returns {number}
 */
function perSecond(count, since) {
  return (count / (performance.now() - since)) * 1000;
}
