/**
 * Turning a newcomer away with a plain HTTP answer.
 *
 * @module
 */

import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { Refusal } from "./protocol.ts";
import { printable } from "./protocol.ts";

/** Answers an upgrade request with a status and the reason as its body, and hangs up. */
export function answer(stream: Duplex, { status, reason }: Refusal): void {
  const body = printable(reason);
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`,
    "Connection: close",
    "Content-Type: text/plain; charset=utf-8",
    `Content-Length: ${body.length}`,
  ];
  // Whoever hangs up first is turned away, too.
  stream.on("error", () => undefined);
  stream.once("finish", () => stream.destroy());
  stream.end(`${lines.join("\r\n")}\r\n\r\n${body}`);
}
