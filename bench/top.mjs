// @ts-check
/**
 * Prints the functions of a CPU profile that took the most time by themselves:
 * `node bench/top.mjs FILE.cpuprofile`.
 *
 * @module
 */

import { readFileSync } from "node:fs";

/**
 * What is read of a profile; times are in microseconds.
 *
 * @typedef {object} Profile
 * @property {ProfileNode[]} nodes
 * @property {number[]} samples the id of the node each sample hit
 * @property {number[]} timeDeltas from each sample to the one before it
 *
 * @typedef {object} ProfileNode
 * @property {number} id
 * @property {{ functionName: string, url: string, lineNumber: number }} callFrame
 */

const ROWS = 30;

const [file] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write("usage: node bench/top.mjs FILE.cpuprofile\n");
  process.exitCode = 2;
} else {
  process.stdout.write(renderTop(JSON.parse(readFileSync(file, "utf8"))));
}

/**
 * Renders the self times, as shares of the time in which anything ran. Idle
 * time is stated and left out: at one call in flight it is most of the profile.
 *
 * @param {Profile} profile
 * @returns {string}
 */
function renderTop(profile) {
  const selfTimes = sumSelfTimes(profile);
  const idle = selfTimes.get("(idle)") ?? 0;
  selfTimes.delete("(idle)");
  const total = [...selfTimes.values()].reduce((sum, time) => sum + time, 0);
  const top = [...selfTimes].sort(([, one], [, other]) => other - one).slice(0, ROWS);
  const rows = top.map(([name, time]) => {
    const share = ((time / total) * 100).toFixed(1);
    return `${share.padStart(6)} %  ${toMs(time).padStart(9)} ms  ${name}\n`;
  });
  return `busy ${toMs(total)} ms, idle ${toMs(idle)} ms\n${rows.join("")}`;
}

/**
 * @param {Profile} profile
 * @returns {Map<string, number>}
 */
function sumSelfTimes({ nodes, samples, timeDeltas }) {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, describe(callFrame)]));
  /** @type {Map<string, number>} */
  const selfTimes = new Map();
  samples.forEach((id, index) => {
    const name = names.get(id) ?? "(unknown)";
    // A sample stands for the time until the next one.
    selfTimes.set(name, (selfTimes.get(name) ?? 0) + (timeDeltas[index + 1] ?? 0));
  });
  return selfTimes;
}

/**
 * @param {ProfileNode["callFrame"]} frame
 * @returns {string}
 */
function describe({ functionName, url, lineNumber }) {
  const name = functionName === "" ? "(anonymous)" : functionName;
  if (url === "") return name;
  const place = url.replace(/^.*\/(?=(?:packages|node_modules|bench)\/)/, "");
  return `${name}  ${place}:${lineNumber + 1}`;
}

/** @param {number} microseconds @returns {string} */
function toMs(microseconds) {
  return (microseconds / 1000).toFixed(1);
}
