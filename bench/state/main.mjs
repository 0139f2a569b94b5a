// @ts-check
/**
 * How fast is a shared state? Reads, writes and wake-ups of Fourwire's state
 * over each transport, beside a proxy call over the same one and bare sockets.
 *
 * @module
 */

import { answerQuestion } from "../question.mjs";
import { toLines } from "./lines.mjs";
import { parseOptions, usage } from "./options.mjs";
import { renderReport } from "./report.mjs";

/**
 * @param {string[]} args
 * @returns {Promise<number>} the exit status
 */
export function main(args) {
  const folder = new URL(".", import.meta.url);
  return answerQuestion(args, { name: "state", folder, usage, parseOptions, toLines, renderReport });
}
