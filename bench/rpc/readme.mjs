// @ts-check
import { readFileSync, writeFileSync } from "node:fs";

const readme = new URL("../README.md", import.meta.url);
const BEGIN = "<!-- rpc figures: begin -->";
const END = "<!-- rpc figures: end -->";

/**
 * Replaces what is between the markers in `bench/README.md`. Throws when they
 * are not there.
 *
 * @param {string} report Markdown
 * @returns {void}
 */
export function writeReadme(report) {
  const text = readFileSync(readme, "utf8");
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin === -1 || end < begin) throw new Error(`bench/README.md: "${BEGIN}" and "${END}" are missing`);
  writeFileSync(readme, `${text.slice(0, begin + BEGIN.length)}\n\n${report}\n\n${text.slice(end)}`);
}
