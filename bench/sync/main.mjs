// @ts-check
/**
 * What does it cost to wait for a call instead of awaiting it? `connectSync`
 * beside `connect`, over ZeroMQ.
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
  return answerQuestion(args, { name: "sync", folder, usage, parseOptions, toLines, renderReport });
}
