// @ts-check
import { markdownTable } from "markdown-table";
import { renderCount, renderRatio, renderRun } from "../report.mjs";
import { BARE_ZMQ, CAPNWEB, FOURWIRE } from "./peers.mjs";

/**
 * @typedef {import("./lines.mjs").Line} Line
 * @typedef {import("./client-process.mjs").Step} Step
 * @typedef {import("../options.mjs").Options<Step>} Options
 */

/**
 * Renders the figures as Markdown: a table for each number of calls in flight,
 * then what Fourwire's variants cost, then Fourwire's speed as a multiple of
 * each other peer's.
 *
 * @param {readonly Line[]} lines
 * @param {Options} options
 * @returns {string}
 */
export function renderReport(lines, { peers, steps, rounds }) {
  const parts = [renderRun(rounds)];
  for (const { inFlight } of steps) {
    const title = inFlight === 1 ? "One call at a time" : `${renderCount(inFlight)} calls in flight`;
    parts.push(`**${title}**`, renderLevel(lines.filter((line) => line.inFlight === inFlight)));
  }
  /** @param {string} name @param {number} inFlight */
  const find = (name, inFlight) => lines.find((line) => line.name === name && line.inFlight === inFlight)?.opsPerSecond;
  const measured = peers.filter(({ name }) => name !== FOURWIRE && lines.some((line) => line.name === name));
  const variants = measured.filter(({ variant }) => variant !== undefined);
  const others = measured.filter(({ variant }) => variant === undefined);
  if (!lines.some(({ name }) => name === FOURWIRE)) return parts.join("\n\n");
  if (variants.length > 0) {
    const rows = renderRatios(variants, steps, (name, level) => renderRatio(find(name, level), find(FOURWIRE, level)));
    parts.push(`**What it costs: calls/s as a multiple of those of ${FOURWIRE}**`, rows);
  }
  if (others.length > 0) {
    const rows = renderRatios(others, steps, (name, level) => renderRatio(find(FOURWIRE, level), find(name, level)));
    parts.push(`**${FOURWIRE}: calls/s as a multiple of**`, rows);
  }
  return parts.join("\n\n");
}

/**
 * @param {readonly Line[]} lines
 * @returns {string}
 */
function renderLevel(lines) {
  const zmq = lines.find(({ name }) => name === BARE_ZMQ);
  const capnweb = lines.find(({ name }) => name === CAPNWEB);
  const head = ["", "calls/s", "p50 µs", "p99 µs", `x ${BARE_ZMQ}`, `x ${CAPNWEB}`];
  const rows = lines.map((line) => [
    line.name,
    renderCount(line.opsPerSecond),
    line.p50Us.toFixed(1),
    line.p99Us.toFixed(1),
    renderRatio(line.opsPerSecond, zmq?.opsPerSecond),
    renderRatio(line.opsPerSecond, capnweb?.opsPerSecond),
  ]);
  return markdownTable([head, ...rows], { align: ["l", "r", "r", "r", "r", "r"] });
}

/**
 * @param {readonly import("../harness.mjs").Peer[]} peers
 * @param {readonly Step[]} steps
 * @param {(name: string, inFlight: number) => string} ratio
 * @returns {string}
 */
function renderRatios(peers, steps, ratio) {
  const head = ["", ...steps.map(({ inFlight }) => `${renderCount(inFlight)} in flight`)];
  const rows = peers.map(({ name }) => [name, ...steps.map(({ inFlight }) => ratio(name, inFlight))]);
  return markdownTable([head, ...rows], { align: ["l", ...steps.map(() => "r")] });
}
