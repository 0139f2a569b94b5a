// @ts-check
import { markdownTable } from "markdown-table";
import { renderCount, renderRatio, renderRun } from "../report.mjs";
import { BARE_REDIS, BARE_ZMQ, FOURWIRE, REDIS } from "./peers.mjs";

/** @typedef {import("../options.mjs").Options<import("./client-process.mjs").Step>} Options */

/**
 * Renders the figures as a Markdown table with a row for each number of subscribers.
 *
 * @param {readonly import("./lines.mjs").Line[]} lines
 * @param {Options} options
 * @returns {string}
 */
export function renderReport(lines, { steps, rounds }) {
  const names = [...new Set(lines.map(({ name }) => name))];
  /** @param {string} name @param {number} subscribers */
  const find = (name, subscribers) =>
    lines.find((line) => line.name === name && line.subscribers === subscribers)?.deliveredPerSecond;
  const rows = steps.map(({ subscribers }) => [
    renderCount(subscribers),
    ...names.map((name) => renderCount(find(name, subscribers) ?? Number.NaN)),
    renderRatio(find(FOURWIRE, subscribers), find(BARE_ZMQ, subscribers)),
    renderRatio(find(REDIS, subscribers), find(BARE_REDIS, subscribers)),
  ]);
  const head = [
    "subscribers",
    ...names.map((name) => `${name} events/s`),
    `${FOURWIRE} x ${BARE_ZMQ}`,
    `${REDIS} x ${BARE_REDIS}`,
  ];
  const table = markdownTable([head, ...rows], { align: head.map(() => "r") });
  return `${renderRun(rounds)}\n\n${table}`;
}
