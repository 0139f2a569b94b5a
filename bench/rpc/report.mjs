// @ts-check
import { cpus } from "node:os";
import { markdownTable } from "markdown-table";
import { BARE_ZMQ, CAPNWEB, FOURWIRE } from "./peers.mjs";

/**
 * @typedef {import("./harness.mjs").Line} Line
 * @typedef {import("./client-process.mjs").Step} Step
 */

const count = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/**
 * Renders the figures as Markdown: a table for each number of calls in flight,
 * then Fourwire's speed as a multiple of each other peer's.
 *
 * @param {readonly Line[]} lines
 * @param {{ steps: readonly Step[], rounds: number }} run
 * @returns {string}
 */
export function renderReport(lines, { steps, rounds }) {
  if (lines.length === 0) return "No peer was measured.";
  const processors = cpus();
  const processor = `${processors.length} x ${processors[0]?.model ?? "unknown processor"}`;
  const parts = [`Node ${process.version}, ${process.platform} ${process.arch}, ${processor}; rounds: ${rounds}.`];
  for (const { inFlight } of steps) {
    const title = inFlight === 1 ? "One call at a time" : `${count.format(inFlight)} calls in flight`;
    parts.push(`**${title}**`, renderLevel(lines.filter((line) => line.inFlight === inFlight)));
  }
  if (lines.some(({ name }) => name === FOURWIRE))
    parts.push(`**${FOURWIRE}: calls/s as a multiple of**`, renderBars(lines, steps));
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
    count.format(line.opsPerSecond),
    line.p50Us.toFixed(1),
    line.p99Us.toFixed(1),
    ratio(line, zmq),
    ratio(line, capnweb),
  ]);
  return markdownTable([head, ...rows], { align: ["l", "r", "r", "r", "r", "r"] });
}

/**
 * @param {readonly Line[]} lines
 * @param {readonly Step[]} steps
 * @returns {string}
 */
function renderBars(lines, steps) {
  const others = [...new Set(lines.map(({ name }) => name))].filter((name) => name !== FOURWIRE);
  /** @param {string} name @param {number} inFlight */
  const find = (name, inFlight) => lines.find((line) => line.name === name && line.inFlight === inFlight);
  const head = ["", ...steps.map(({ inFlight }) => `${count.format(inFlight)} in flight`)];
  const rows = others.map((name) => [
    name,
    ...steps.map(({ inFlight }) => ratio(find(FOURWIRE, inFlight), find(name, inFlight))),
  ]);
  return markdownTable([head, ...rows], { align: ["l", ...steps.map(() => "r")] });
}

/**
 * @param {Line | undefined} line
 * @param {Line | undefined} bar
 * @returns {string}
 */
function ratio(line, bar) {
  if (line === undefined || bar === undefined) return "";
  return (line.opsPerSecond / bar.opsPerSecond).toFixed(2);
}
