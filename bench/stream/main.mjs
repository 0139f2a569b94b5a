// @ts-check
/**
 * How fast is a stream? Chunks from a server to a client, over Fourwire's
 * session and ZeroMQ beside ZeroMQ alone.
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
  return answerQuestion(args, { name: "stream", folder, usage, parseOptions, toLines, renderReport });
}
