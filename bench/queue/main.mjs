// @ts-check
/**
 * How fast is a queue? Items put, then taken and acknowledged, over Redis and
 * at a hub with a file, beside BullMQ.
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
  return answerQuestion(args, { name: "queue", folder, usage, parseOptions, toLines, renderReport });
}
