// @ts-check
/**
 * How fast is a worker? Fourwire's processes and threads beside bare ones and
 * pools of other libraries.
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
  return answerQuestion(args, { name: "spawner", folder, usage, parseOptions, toLines, renderReport });
}
