// @ts-check
import { markdownTable } from "markdown-table";
import { renderCount, renderRatio, renderRun } from "../report.mjs";
import { AWAITED } from "./peers.mjs";

/**
 * Renders the figures as a Markdown table, and each p50 as a multiple of the
 * awaited call's.
 *
 * @param {readonly import("./lines.mjs").Line[]} lines
 * @param {{ readonly rounds: number }} options
 * @returns {string}
 */
export function renderReport(lines, { rounds }) {
  const awaited = lines.find(({ name }) => name === AWAITED);
  const head = ["", "calls/s", "p50 µs", "p99 µs", `p50 x ${AWAITED}`];
  const rows = lines.map(({ name, opsPerSecond, p50Us, p99Us }) => [
    name,
    renderCount(opsPerSecond),
    p50Us.toFixed(1),
    p99Us.toFixed(1),
    renderRatio(p50Us, awaited?.p50Us),
  ]);
  return `${renderRun(rounds)}\n\n${markdownTable([head, ...rows], { align: ["l", "r", "r", "r", "r"] })}`;
}
