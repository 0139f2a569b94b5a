// @ts-check
/**
 * Runs the peers of a question, one at a time and in rounds, and gathers their
 * figures.
 *
 * @module
 */

import { Child } from "./child.mjs";

/**
 * One library under measurement. Its folder below the question's `peers/` holds
 * `client.mjs` with `connect(address)`, and `server.mjs`: with `start()` when
 * the server is a process of its own, or a worker or child that the client starts.
 *
 * @typedef {object} Peer
 * @property {string} name as it appears in tables, in `--only` and in the JSON file
 * @property {string} folder
 * @property {"process" | "worker"} server
 * @property {boolean} [ours] whether it measures the packages of this checkout
 * @property {string} [variant] what `--with` calls it; a peer that has this is measured only when asked for
 */

/**
 * What `start` of a peer's server gives.
 *
 * @typedef {object} RunningServer
 * @property {string} address where the client finds it
 * @property {() => Promise<void>} close
 */

/**
 * What every measurement says, whatever else it says.
 *
 * @typedef {object} Step
 * @property {number} warmUpMs
 * @property {number} durationMs
 */

/**
 * @typedef {object} Plan
 * @property {URL} folder the question's, with `client-process.mjs` and `peers/`
 * @property {readonly Peer[]} peers
 * @property {readonly Step[]} steps
 * @property {number} rounds
 * @property {string | undefined} profiles folder for CPU profiles of every process; none are taken without it
 * @property {(line: string) => void} progress
 */

/**
 * What came out: the figures of all rounds by the name of the peer, and why the
 * peers without figures have none.
 *
 * @template Figures
 * @typedef {object} Outcome
 * @property {Map<string, Figures[]>} figures
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
 * @returns {Promise<Outcome<any>>}
 */
export async function runRounds(plan, signal) {
  /** @type {Map<string, unknown[]>} */
  const figures = new Map(plan.peers.map(({ name }) => [name, []]));
  /** @type {Map<string, unknown>} */
  const failures = new Map();
  for (let round = 0; round < plan.rounds; round += 1) {
    for (const peer of rotate(plan.peers, round)) {
      if (failures.has(peer.name)) continue;
      plan.progress(`round ${round + 1} of ${plan.rounds}: ${peer.name}`);
      try {
        figures.get(peer.name)?.push(...(await measurePeer(peer, plan, round, signal)));
      } catch (error) {
        signal.throwIfAborted();
        failures.set(peer.name, error);
        figures.delete(peer.name);
      }
    }
  }
  return { figures, failures };
}

/**
 * @param {Peer} peer
 * @param {Plan} plan
 * @param {number} round
 * @param {AbortSignal} signal
 * @returns {Promise<unknown[]>}
 */
async function measurePeer(peer, plan, round, signal) {
  /** @type {Child[]} */
  const children = [];
  /** @param {"server" | "client"} role @param {URL} main @param {string[]} args */
  const start = (role, main, ...args) => {
    const module = new URL(`peers/${peer.folder}/${role}.mjs`, plan.folder);
    const profile = profileOptions(plan.profiles, `${peer.folder}-${role}-${round + 1}`);
    const child = new Child(`${peer.name} ${role}`, main, [module.href, ...args], profile);
    children.push(child);
    return child;
  };
  try {
    const { address } = peer.server === "process" ? await startServer(start, signal) : { address: "" };
    const client = start("client", new URL("client-process.mjs", plan.folder), address, JSON.stringify(plan.steps));
    const planned = plan.steps.reduce((sum, { warmUpMs, durationMs }) => sum + warmUpMs + durationMs, 0);
    const { figures } = await client.message(planned + START_MS + SLACK_MS, signal);
    return figures;
  } finally {
    // The client first: a server that goes away under a live client makes it report a lost link.
    for (const child of children.reverse()) await child.stop();
  }
}

/**
 * @param {(role: "server", main: URL) => Child} start
 * @param {AbortSignal} signal
 * @returns {Promise<{ address: string }>}
 */
function startServer(start, signal) {
  return start("server", new URL("server-process.mjs", import.meta.url)).message(START_MS, signal);
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
