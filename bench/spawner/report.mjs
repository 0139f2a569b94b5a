// @ts-check
import { markdownTable } from "markdown-table";
import { renderCount, renderRatio, renderRun } from "../report.mjs";
import { BARE_FORK, BARE_FORK_ADVANCED, FOURWIRE, PISCINA } from "./peers.mjs";

/**
 * @typedef {import("./lines.mjs").Line} Line
 * @typedef {import("../options.mjs").Options<import("./client-process.mjs").Step>} Options
 */

const ARRAYS = ["take", "give"];

/**
 * Renders the figures as Markdown: starts, calls, arrays, and Fourwire's process
 * beside the peers that it is held against.
 *
 * @param {readonly Line[]} lines
 * @param {Options} options
 * @returns {string}
 */
export function renderReport(lines, { steps, rounds }) {
  const measures = steps.map(({ measure }) => measure);
  const names = [...new Set(lines.map(({ name }) => name))];
  /** @param {string} name @param {string} measure */
  const find = (name, measure) => lines.find((line) => line.name === name && line.measure === measure);
  /** @param {string[]} head @param {(name: string) => string[]} cells */
  const table = (head, cells) =>
    markdownTable([["", ...head], ...names.map((name) => [name, ...cells(name)])], {
      align: ["l", ...head.map(() => "r")],
    });
  const parts = [renderRun(rounds)];
  if (measures.includes("start")) {
    parts.push(
      "**From the start to the first result**",
      table(["ms"], (name) => [renderFigure(find(name, "start"))]),
    );
  }
  const calls = measures.filter((measure) => measure !== "start" && !ARRAYS.includes(measure));
  if (calls.length > 0) {
    const head = calls.flatMap((measure) => [`${measure} in flight: calls/s`, "p50 µs"]);
    parts.push(
      "**Calls**",
      table(head, (name) =>
        calls.flatMap((measure) => {
          const line = find(name, measure);
          return [renderFigure(line), line?.p50Us.toFixed(1) ?? ""];
        }),
      ),
    );
  }
  const arrays = measures.filter((measure) => ARRAYS.includes(measure));
  if (arrays.length > 0) {
    const head = arrays.map((measure) => (measure === "take" ? "as argument: MB/s" : "as result: MB/s"));
    parts.push(
      "**A `Float64Array` of 8 MB**",
      table(head, (name) => arrays.map((measure) => renderFigure(find(name, measure)))),
    );
  }
  const beside = renderBeside(find);
  if (beside !== "") parts.push(`**${FOURWIRE} beside**`, beside);
  return parts.join("\n\n");
}

/** @param {Line | undefined} line @returns {string} */
function renderFigure(line) {
  return line === undefined ? "" : renderCount(line.value);
}

/**
 * @param {(name: string, measure: string) => Line | undefined} find
 * @returns {string}
 */
function renderBeside(find) {
  /** @param {string} measure @param {string} peer @param {"value" | "p50Us"} [figure] */
  const ratio = (measure, peer, figure = "value") =>
    renderRatio(find(FOURWIRE, measure)?.[figure], find(peer, measure)?.[figure]);
  const start = (find(FOURWIRE, "start")?.value ?? Number.NaN) - (find(BARE_FORK, "start")?.value ?? Number.NaN);
  const rows = [
    ["start, ms more than", BARE_FORK, Number.isNaN(start) ? "" : start.toFixed(0), "at most 60"],
    ["1 in flight, p50 x", BARE_FORK, ratio("1", BARE_FORK, "p50Us"), "at most 1"],
    ["1,000 in flight, calls/s x", BARE_FORK, ratio("1000", BARE_FORK), "4"],
    ["1,000 in flight, calls/s x", PISCINA, ratio("1000", PISCINA), "40"],
    ["array as argument, MB/s x", BARE_FORK_ADVANCED, ratio("take", BARE_FORK_ADVANCED), "2"],
    ["array as result, MB/s x", BARE_FORK_ADVANCED, ratio("give", BARE_FORK_ADVANCED), "2"],
  ].filter(([, , figure]) => figure !== "");
  if (rows.length === 0) return "";
  return markdownTable([["", "", "is", "is to be"], ...rows], { align: ["l", "l", "r", "r"] });
}
