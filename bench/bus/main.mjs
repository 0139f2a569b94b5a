// @ts-check
/**
 * How fast is a bus? Events to one subscriber, calls and jobs of `@fourwire/bus`
 * over each transport, beside what does the same elsewhere.
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
  return answerQuestion(args, { name: "bus", folder, usage, parseOptions, toLines, renderReport });
}
