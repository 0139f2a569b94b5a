// @ts-check
import { markdownTable } from "markdown-table";
import { renderCount, renderRatio, renderRun } from "../report.mjs";
import { BULLMQ } from "./peers.mjs";

/** @typedef {import("../options.mjs").Options<import("./client-process.mjs").Step>} Options */

/**
 * Renders the figures as a Markdown table with a row for each peer.
 *
 * @param {readonly import("./lines.mjs").Line[]} lines
 * @param {Options} options
 * @returns {string}
 */
export function renderReport(lines, { rounds }) {
  const bar = lines.find(({ name }) => name === BULLMQ);
  const rows = lines.map(({ name, inFlight, putsPerSecond, worksPerSecond }) => [
    name,
    renderCount(inFlight),
    renderCount(putsPerSecond),
    renderCount(worksPerSecond),
    renderRatio(putsPerSecond, bar?.putsPerSecond),
    renderRatio(worksPerSecond, bar?.worksPerSecond),
  ]);
  const head = ["peer", "in flight", "puts/s", "take+ack/s", `puts x ${BULLMQ}`, `take+ack x ${BULLMQ}`];
  const table = markdownTable([head, ...rows], { align: ["l", "r", "r", "r", "r", "r"] });
  return `${renderRun(rounds)}\n\n${table}`;
}
