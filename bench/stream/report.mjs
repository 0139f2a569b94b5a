// @ts-check
import { markdownTable } from "markdown-table";
import { renderCount, renderRatio, renderRun } from "../report.mjs";
import { BARE_ZMQ, FOURWIRE } from "./peers.mjs";

/** @typedef {import("../options.mjs").Options<import("./client-process.mjs").Step>} Options */

/**
 * Renders the figures as a Markdown table with a row for each size of chunk.
 *
 * @param {readonly import("./lines.mjs").Line[]} lines
 * @param {Options} options
 * @returns {string}
 */
export function renderReport(lines, { steps, rounds }) {
  const names = [...new Set(lines.map(({ name }) => name))];
  /** @param {string} name @param {number} chunkBytes */
  const find = (name, chunkBytes) =>
    lines.find((line) => line.name === name && line.chunkBytes === chunkBytes)?.megabytesPerSecond;
  const rows = steps.map(({ chunkBytes }) => [
    renderSize(chunkBytes),
    ...names.map((name) => renderCount(find(name, chunkBytes) ?? Number.NaN)),
    renderRatio(find(FOURWIRE, chunkBytes), find(BARE_ZMQ, chunkBytes)),
  ]);
  const head = ["chunk", ...names.map((name) => `${name} MB/s`), `${FOURWIRE} x ${BARE_ZMQ}`];
  const table = markdownTable([head, ...rows], { align: ["l", ...names.map(() => "r"), "r"] });
  return `${renderRun(rounds)}\n\n${table}`;
}

/** @param {number} bytes @returns {string} */
function renderSize(bytes) {
  const kib = bytes / 1024;
  return kib < 1024 ? `${kib} KiB` : `${kib / 1024} MiB`;
}
