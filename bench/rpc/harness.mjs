// @ts-check
/**
 * Runs the peers, one at a time and in rounds, and gathers their figures.
 *
 * @module
 */

import { Child } from "./child.mjs";
import { median } from "./stats.mjs";

/**
 * @typedef {import("./client-process.mjs").Figures} Figures
 * @typedef {import("./client-process.mjs").Step} Step
 * @typedef {import("./peers.mjs").Peer} Peer
 */

/**
 * @typedef {object} Plan
 * @property {readonly Peer[]} peers
 * @property {readonly Step[]} steps
 * @property {number} rounds
 * @property {string | undefined} profiles folder for CPU profiles of every process; none are taken without it
 * @property {(line: string) => void} progress
 */

/**
 * The median over all rounds of one peer at one number of calls in flight.
 *
 * @typedef {Figures & { name: string }} Line
 */

/**
 * What came out: lines in the order of the peers and steps, and why the peers
 * without lines have none.
 *
 * @typedef {object} Outcome
 * @property {Line[]} lines
 * @property {Map<string, unknown>} failures
 */

const START_MS = 20_000;
const SLACK_MS = 20_000;

/**
 * Measures every peer once a round, each time in fresh processes, so that
 * nothing else runs meanwhile. The order rotates by one peer a round: what
 * slows the machine for a while does not fall on the same peer every time.
 *
 * A peer that fails is left out from then on; the others go on. Rejects only
 * when the signal aborts. No process outlives the call.
 *
 * @param {Plan} plan
 * @param {AbortSignal} signal
 * @returns {Promise<Outcome>}
 */
export async function runRounds(plan, signal) {
  /** @type {Map<string, Figures[]>} */
  const taken = new Map(plan.peers.map(({ name }) => [name, []]));
  /** @type {Map<string, unknown>} */
  const failures = new Map();
  for (let round = 0; round < plan.rounds; round += 1) {
    for (const peer of rotate(plan.peers, round)) {
      if (failures.has(peer.name)) continue;
      plan.progress(`round ${round + 1} of ${plan.rounds}: ${peer.name}`);
      try {
        taken.get(peer.name)?.push(...(await measurePeer(peer, plan, round, signal)));
      } catch (error) {
        signal.throwIfAborted();
        failures.set(peer.name, error);
      }
    }
  }
  const measured = plan.peers.filter(({ name }) => !failures.has(name));
  const lines = measured.flatMap(({ name }) => plan.steps.map((step) => toLine(name, step, taken.get(name) ?? [])));
  return { lines, failures };
}

/**
 * @param {Peer} peer
 * @param {Plan} plan
 * @param {number} round
 * @param {AbortSignal} signal
 * @returns {Promise<Figures[]>}
 */
async function measurePeer(peer, plan, round, signal) {
  /** @type {Child[]} */
  const children = [];
  /** @param {"server" | "client"} role @param {string[]} args */
  const start = (role, ...args) => {
    const module = new URL(`./${role}-process.mjs`, import.meta.url);
    const profile = profileOptions(plan.profiles, `${peer.folder}-${role}-${round + 1}`);
    const child = new Child(`${peer.name} ${role}`, module, [peer.folder, ...args], profile);
    children.push(child);
    return child;
  };
  try {
    const server = peer.server === "process" ? await start("server").message(START_MS, signal) : { address: "" };
    const client = start("client", server.address, JSON.stringify(plan.steps));
    const planned = plan.steps.reduce((sum, { warmUpMs, durationMs }) => sum + warmUpMs + durationMs, 0);
    const { figures } = await client.message(planned + START_MS + SLACK_MS, signal);
    return figures;
  } finally {
    // The client first: a server that goes away under a live client makes it report a lost link.
    for (const child of children.reverse()) await child.stop();
  }
}

/**
 * @param {string | undefined} folder
 * @param {string} name
 * @returns {string[]}
 */
function profileOptions(folder, name) {
  if (folder === undefined) return [];
  return ["--cpu-prof", `--cpu-prof-dir=${folder}`, `--cpu-prof-name=${name}.cpuprofile`];
}

/**
 * @param {readonly Peer[]} peers
 * @param {number} by
 * @returns {Peer[]}
 */
function rotate(peers, by) {
  const first = by % peers.length;
  return [...peers.slice(first), ...peers.slice(0, first)];
}

/**
 * @param {string} name
 * @param {Step} step
 * @param {readonly Figures[]} taken
 * @returns {Line}
 */
function toLine(name, { inFlight }, taken) {
  const rounds = taken.filter((figures) => figures.inFlight === inFlight);
  return {
    name,
    inFlight,
    opsPerSecond: Math.round(median(rounds.map((figures) => figures.opsPerSecond))),
    p50Us: roundTenth(median(rounds.map((figures) => figures.p50Us))),
    p99Us: roundTenth(median(rounds.map((figures) => figures.p99Us))),
  };
}

/** @param {number} value @returns {number} */
function roundTenth(value) {
  return Math.round(value * 10) / 10;
}
