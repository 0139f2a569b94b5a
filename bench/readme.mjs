// @ts-check
import { readFileSync, writeFileSync } from "node:fs";

const readme = new URL("README.md", import.meta.url);

/**
 * Replaces what is between a question's markers in `bench/README.md`. Throws
 * when they are not there.
 *
 * @param {string} question
 * @param {string} report Markdown
 * @returns {void}
 */
export function writeReadme(question, report) {
  const beginMarker = `<!-- ${question} figures: begin -->`;
  const endMarker = `<!-- ${question} figures: end -->`;
  const text = readFileSync(readme, "utf8");
  const begin = text.indexOf(beginMarker);
  const end = text.indexOf(endMarker);
  if (begin === -1 || end < begin) throw new Error(`bench/README.md: "${beginMarker}" and "${endMarker}" are missing`);
  writeFileSync(readme, `${text.slice(0, begin + beginMarker.length)}\n\n${report}\n\n${text.slice(end)}`);
}
