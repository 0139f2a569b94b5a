// @ts-check
/**
 * The loads: requests one at a time or many at once, wake-ups, and fan-out.
 *
 * @module
 */

import { percentile } from "../stats.mjs";

/**
 * What came of a load.
 *
 * @typedef {object} Run
 * @property {number} count
 * @property {number} elapsedMs
 * @property {readonly number[]} us
 * @property {number} [bytes]
 */

/**
 * What came of one or more loads of a kind.
 *
 * @typedef {object} Result
 * @property {number} opsPerSecond
 * @property {number} p50Us
 * @property {number} p99Us
 * @property {number} [bytesPerOp]
 */

/** Of how many requests one is timed, when there are several under way. */
const SAMPLE_EVERY = 16;
/** The changes that all watchers together get of one burst, and the most changes of one: fewer than the log keeps. */
const BURST_DELIVERIES = 20_000;
const MAX_BURST = 5_000;

/**
 * Keeps so many requests under way for the duration: each that is answered
 * starts the next.
 *
 * @param {(turn: number) => PromiseLike<unknown>} ask
 * @param {number} inFlight
 * @param {number} durationMs
 * @returns {Promise<Run>}
 */
export async function runRequests(ask, inFlight, durationMs) {
  const sampleEvery = inFlight === 1 ? 1 : SAMPLE_EVERY;
  /** @type {number[]} */
  const us = [];
  let turn = 0;
  const startedAt = performance.now();
  // A timer would wait for ever where nothing leaves the turn.
  let now = startedAt;
  const slot = async () => {
    while (now - startedAt < durationMs) {
      turn += 1;
      if (turn % sampleEvery !== 0) {
        await ask(turn);
        continue;
      }
      const askedAt = performance.now();
      await ask(turn);
      now = performance.now();
      us.push((now - askedAt) * 1000);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, slot));
  return { count: turn, elapsedMs: performance.now() - startedAt, us };
}

/**
 * @param {import("./peers.mjs").Waker} waker
 * @param {number} durationMs
 * @returns {Promise<Run>}
 */
export async function runWakeUps(waker, durationMs) {
  /** @type {number[]} */
  const us = [];
  const startedAt = performance.now();
  while (performance.now() - startedAt < durationMs) us.push((await waker.time()) * 1000);
  return { count: us.length, elapsedMs: performance.now() - startedAt, us };
}

/** How often something is weighed: how large numbers of the session have become shows on the wire. */
const WEIGHINGS = 1_000;

/**
 * @param {import("./peers.mjs").Scale} scale
 * @returns {Promise<Run>}
 */
export async function runScale(scale) {
  const startedAt = performance.now();
  let bytes = 0;
  for (let count = 0; count < WEIGHINGS; count += 1) bytes += await scale.weigh();
  return { count: WEIGHINGS, elapsedMs: performance.now() - startedAt, us: [], bytes };
}

/**
 * Makes changes in bursts; the next one begins when every watcher has all of it.
 *
 * @param {import("./peers.mjs").Fan} fan
 * @param {number} watchers
 * @param {number} durationMs
 * @returns {Promise<Run>}
 */
export async function runFanOut(fan, watchers, durationMs) {
  const changes = Math.min(BURST_DELIVERIES / watchers, MAX_BURST);
  const startedAt = performance.now();
  let delivered = 0;
  while (performance.now() - startedAt < durationMs) {
    await fan.run(changes);
    delivered += changes * watchers;
  }
  return { count: delivered, elapsedMs: performance.now() - startedAt, us: [] };
}

/**
 * @param {readonly Run[]} runs
 * @returns {Result}
 */
export function summarise(runs) {
  const sorted = Float64Array.from(runs.flatMap(({ us }) => us)).sort();
  /** @param {"count" | "elapsedMs" | "bytes"} what */
  const sum = (what) => runs.reduce((total, run) => total + (run[what] ?? 0), 0);
  const opsPerSecond = (sum("count") / sum("elapsedMs")) * 1000;
  const bytesPerOp = sum("bytes") / sum("count");
  return {
    opsPerSecond,
    ...(bytesPerOp > 0 && { bytesPerOp }),
    p50Us: percentile(sorted, 0.5),
    p99Us: percentile(sorted, 0.99),
  };
}
