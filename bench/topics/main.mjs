// @ts-check
/**
 * How many events arrive? One publisher and 1 to 100 subscribers, over
 * Fourwire's hub and ZeroMQ beside PUB and SUB of ZeroMQ alone.
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
  return answerQuestion(args, { name: "topics", folder, usage, parseOptions, toLines, renderReport });
}
