/**
 * Lines of a stream.
 *
 * @module
 */

import type { Readable } from "node:stream";

/** The longest line, in characters; a longer one comes in parts. */
const MAX_LINE = 65_536;

/** The longest record, which is of no use in parts. */
export const MAX_RECORD: number = 1_048_576;

/**
 * Calls a function with every line of a stream, the unfinished last one
 * included. Bytes that are no UTF-8 are replaced.
 */
export function splitLines(stream: Readable, onLine: (line: string) => void, maxLine: number = MAX_LINE): void {
  const decoder = new TextDecoder();
  let rest = "";
  const take = (text: string): void => {
    const lines = `${rest}${text}`.split(/\r?\n/);
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line);
    if (rest.length <= maxLine) return;
    onLine(rest);
    rest = "";
  };
  const finish = (): void => {
    take(decoder.decode());
    if (rest !== "") onLine(rest);
    rest = "";
  };
  stream.on("data", (chunk: Uint8Array) => take(decoder.decode(chunk, { stream: true })));
  stream.once("end", finish);
  // A stream that is destroyed does not end.
  stream.once("close", finish);
}
