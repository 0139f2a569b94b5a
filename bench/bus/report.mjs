// @ts-check
import { markdownTable } from "markdown-table";
import { renderCount, renderRatio, renderRun } from "../report.mjs";
import { BARE_REDIS, BULLMQ, MOLECULER, REDIS } from "./peers.mjs";

/**
 * @typedef {import("./lines.mjs").Line} Line
 * @typedef {import("../options.mjs").Options<import("./client-process.mjs").Step>} Options
 * @typedef {(name: string, measure: Line["measure"], inFlight?: number) => Line | undefined} Find
 */

/**
 * Renders the figures as Markdown: a row for each peer, then Fourwire over
 * Redis beside what does the same there.
 *
 * @param {readonly Line[]} lines
 * @param {Options} options
 * @returns {string}
 */
export function renderReport(lines, { rounds }) {
  const names = [...new Set(lines.map(({ name }) => name))];
  /** @type {Find} */
  const find = (name, measure, inFlight) =>
    lines.find(
      (line) =>
        line.name === name && line.measure === measure && (inFlight === undefined || line.inFlight === inFlight),
    );
  return [renderRun(rounds), renderPeers(names, find), `**${REDIS} as a multiple of**`, renderBars(find)].join("\n\n");
}

/** @param {readonly string[]} names @param {Find} find @returns {string} */
function renderPeers(names, find) {
  const head = ["", "publish/s", "calls/s, 1", "p50 µs", "calls/s, 64", "puts/s", "take+ack/s"];
  const rows = names.map((name) => [
    name,
    render(find(name, "publish")?.opsPerSecond),
    render(find(name, "call", 1)?.opsPerSecond),
    render(find(name, "call", 1)?.p50Us),
    render(find(name, "call", 64)?.opsPerSecond),
    render(find(name, "put")?.opsPerSecond),
    render(find(name, "work")?.opsPerSecond),
  ]);
  return renderTable(head, rows);
}

/** @param {Find} find @returns {string} */
function renderBars(find) {
  /** @param {string} bar @param {Line["measure"]} measure @param {number} [inFlight] */
  const ratio = (bar, measure, inFlight) =>
    renderRatio(find(REDIS, measure, inFlight)?.opsPerSecond, find(bar, measure, inFlight)?.opsPerSecond);
  const rows = [BARE_REDIS, MOLECULER, BULLMQ].map((bar) => [
    bar,
    ratio(bar, "publish"),
    ratio(bar, "call", 1),
    ratio(bar, "call", 64),
    ratio(bar, "put"),
    ratio(bar, "work"),
  ]);
  return renderTable(["", "publish", "calls, 1", "calls, 64", "puts", "take+ack"], rows);
}

/** @param {string[]} head @param {readonly string[][]} rows @returns {string} */
function renderTable(head, rows) {
  return markdownTable([head, ...rows], { align: head.map((_, index) => (index === 0 ? "l" : "r")) });
}

/** @param {number | undefined} value @returns {string} */
function render(value) {
  return value === undefined || Number.isNaN(value) ? "" : renderCount(value);
}
