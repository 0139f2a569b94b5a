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
import { runFanOut, runRequests, runScale, runWakeUps, summarise } from "./load.mjs";

/**
 * One measurement to take.
 *
 * @typedef {object} Step
 * @property {"call" | "get" | "set" | "getBeside" | "setBeside" | "wake" | "fanOut" | "fanOutBeside" | "bytes" | "bytesBeside"} measure
 * @property {number} count requests in flight, or watchers
 * @property {number} warmUpMs
 * @property {number} durationMs
 */

/**
 * One measurement taken.
 *
 * @typedef {Pick<Step, "measure" | "count"> & import("./load.mjs").Result} Figures
 */

const [module = "", address = "", plan = "[]"] = process.argv.slice(2);
/** @type {readonly Step[]} */
const steps = JSON.parse(plan);
/** @type {{ connect(address: string): Promise<import("./peers.mjs").Connection> }} */
const { connect } = await import(module);
/** @type {import("./peers.mjs").Connection | undefined} */
let connection;
endWithParent(async () => connection?.close());
connection = await connect(address);

/** What is measured one at a time takes turns: what slows the machine for a while does not fall on one alone. */
const SLICES = 10;

/** @param {Step} step @returns {boolean} */
const isAlone = ({ measure, count }) => count === 1 && !/^(fanOut|bytes)/.test(measure);
/** @type {Figures[]} */
const figures = await measureInTurns(connection, steps.filter(isAlone), SLICES);
for (const step of steps.filter((each) => !isAlone(each)))
  figures.push(...(await measureInTurns(connection, [step], 1)));
tellParent({ figures });

/**
 * @param {import("./peers.mjs").Connection} peer
 * @param {readonly Step[]} wanted
 * @param {number} slices
 * @returns {Promise<Figures[]>} none of what the peer cannot do
 */
async function measureInTurns(peer, wanted, slices) {
  const loads = [];
  for (const step of wanted) {
    const load = await prepare(peer, step.measure, step.count);
    if (!load) continue;
    await load.run(step.warmUpMs);
    /** @type {import("./load.mjs").Run[]} */
    const runs = [];
    loads.push({ load, step, runs });
  }
  for (let slice = 0; slice < slices; slice += 1) {
    for (const { load, step, runs } of loads) runs.push(await load.run(step.durationMs / slices));
  }
  for (const { load } of loads) await load.close();
  return loads.map(({ step: { measure, count }, runs }) => ({ measure, count, ...summarise(runs) }));
}

/**
 * @param {import("./peers.mjs").Connection} peer
 * @param {Step["measure"]} name
 * @param {number} count
 * @returns {Promise<{ run(ms: number): Promise<import("./load.mjs").Run>, close(): Promise<void> } | undefined>}
 */
async function prepare(peer, name, count) {
  if (name === "wake") {
    const waker = await peer.wake?.();
    return waker && { run: (ms) => runWakeUps(waker, ms), close: waker.close };
  }
  if (name === "bytes" || name === "bytesBeside") {
    const scale = await peer[name]?.();
    return scale && { run: () => runScale(scale), close: scale.close };
  }
  if (name === "fanOut" || name === "fanOutBeside") {
    const fan = await peer[name]?.(count);
    return fan && { run: (ms) => runFanOut(fan, count, ms), close: fan.close };
  }
  const ask = peer[name];
  return ask && { run: (ms) => runRequests(ask, count, ms), close: async () => undefined };
}
