// @ts-check
/**
 * The options that the benchmarks have alike.
 *
 * @module
 */

/**
 * @template {import("./harness.mjs").Step} Step
 * @typedef {object} Options
 * @property {readonly import("./harness.mjs").Peer[]} peers
 * @property {readonly Step[]} steps
 * @property {number} rounds
 * @property {string | undefined} json file for the figures
 * @property {boolean} write whether the tables replace those in the README
 * @property {boolean} cpuProf
 * @property {boolean} build
 */

/** What `parseArgs` is to know of them. */
export const sharedOptions = /** @type {const} */ ({
  help: { type: "boolean", default: false },
  rounds: { type: "string" },
  only: { type: "string" },
  quick: { type: "boolean", default: false },
  json: { type: "string" },
  write: { type: "boolean", default: false },
  "cpu-prof": { type: "boolean", default: false },
  "no-build": { type: "boolean", default: false },
});

/**
 * What `parseArgs` makes of them.
 *
 * @typedef {object} SharedValues
 * @property {string} [rounds]
 * @property {string} [json]
 * @property {boolean} quick
 * @property {boolean} write
 * @property {boolean} cpu-prof
 * @property {boolean} no-build
 */

/**
 * @param {string} ours the name of the peer that `--cpu-prof` is about
 * @returns {string}
 */
export function describeSharedOptions(ours) {
  return `\
  --quick            shorter measurements, for a first impression
  --json FILE        also write the figures to FILE
  --write            also write the tables to bench/README.md, if no peer failed
  --cpu-prof         take a CPU profile of every process (of ${ours} only, unless --only is given)
  --no-build         measure the packages as they were built last
`;
}

/**
 * Reads all but which peers are measured, and how. Throws a `TypeError` that
 * names the option at fault.
 *
 * @param {SharedValues} values
 * @returns {Omit<Options<any>, "peers" | "steps">}
 */
export function readSharedOptions(values) {
  return {
    rounds: toCount("--rounds", values.rounds ?? (values.quick ? "3" : "5")),
    json: values.json,
    write: values.write,
    cpuProf: values["cpu-prof"],
    build: !values["no-build"],
  };
}

/**
 * Finds the peers that a list names. Throws a `TypeError` for a name that none
 * has.
 *
 * @param {readonly import("./harness.mjs").Peer[]} peers
 * @param {string} only
 * @returns {import("./harness.mjs").Peer[]}
 */
export function namedPeers(peers, only) {
  return only.split(",").map((text) => {
    const peer = peers.find(({ name }) => name === text.trim());
    if (peer === undefined) throw new TypeError(`--only: no peer "${text}"; there are ${listPeers(peers)}`);
    return peer;
  });
}

/** @param {readonly import("./harness.mjs").Peer[]} peers @returns {string} */
export function listPeers(peers) {
  return peers.map(({ name }) => name).join(", ");
}

/**
 * @param {string} option
 * @param {string} text
 * @returns {number}
 */
export function toCount(option, text) {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new TypeError(`${option}: "${text}" is not a whole number above 0`);
  return count;
}
