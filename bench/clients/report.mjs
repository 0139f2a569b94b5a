// @ts-check
import { markdownTable } from "markdown-table";
import { renderCount, renderRatio, renderRun } from "../report.mjs";
import { median } from "../stats.mjs";

/**
 * @typedef {import("./client-process.mjs").Cost} Cost
 * @typedef {import("./client-process.mjs").Round} Round
 */

/**
 * Takes the medians over the rounds.
 *
 * @param {readonly Round[]} rounds
 * @returns {Round}
 */
export function toFigures(rounds) {
  const [first] = rounds;
  const costs = (first?.costs ?? []).map(({ pattern, clients }, index) => {
    const same = rounds.flatMap((round) => round.costs[index] ?? []);
    const callUs = median(same.map((cost) => cost.callUs));
    return { pattern, clients, callUs, serverUs: median(same.map((cost) => cost.serverUs)) };
  });
  return { costs, heapBytes: Math.round(median(rounds.map((round) => round.heapBytes))) };
}

/**
 * Renders the figures as Markdown: what a call costs, and what a client does.
 *
 * @param {Round} figures
 * @param {{ readonly rounds: number, readonly clients: number }} options
 * @returns {string}
 */
export function renderReport({ costs, heapBytes }, { rounds, clients }) {
  const many = renderCount(clients);
  const head = ["", "1 client, µs a call", `${many} clients`, "x", "server's µs a call", `${many} clients`, "x"];
  const rows = [...new Set(costs.map(({ pattern }) => pattern))].map((pattern) => {
    const [one, all] = costs.filter((cost) => cost.pattern === pattern);
    return [pattern, ...renderPair(one?.callUs, all?.callUs), ...renderPair(one?.serverUs, all?.serverUs)];
  });
  const table = markdownTable([head, ...rows], { align: ["l", "r", "r", "r", "r", "r", "r"] });
  const heap = `Each of ${many} clients takes ${(heapBytes / 1000).toFixed(1)} kB of the server's heap.`;
  return [renderRun(rounds), table, heap].join("\n\n");
}

/**
 * @param {number | undefined} one
 * @param {number | undefined} all
 * @returns {string[]}
 */
function renderPair(one, all) {
  return [one?.toFixed(1) ?? "", all?.toFixed(1) ?? "", renderRatio(all, one)];
}
