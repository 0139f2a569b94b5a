/**
 * What passes between a hub and those who use it: calls of a session.
 *
 * | call | arguments | result |
 * | --- | --- | --- |
 * | `publish` | topic, frames | the number of receivers, where it is known |
 * | `subscribe` | pattern, options | a number and a stream of `[dropped, topic, ...frames]` |
 * | `unsubscribe` | the number | nothing |
 * | `put` | queue, frames | the item's id |
 * | `take` | queue, lease in ms | `[token, id, deliveries, ...frames]` |
 * | `extend`, `retry` | token, ms | nothing |
 * | `ack`, `reject` | token | nothing |
 * | `size` | queue | the counts |
 *
 * @module
 */

import type { Frames } from "@fourwire/transport";
import { TransportError } from "@fourwire/transport";

/** What each call is named. */
export type HubCall =
  | "publish"
  | "subscribe"
  | "unsubscribe"
  | "put"
  | "take"
  | "extend"
  | "ack"
  | "retry"
  | "reject"
  | "size";

/** Reads text. Throws a `TypeError` that names what it is for. */
export function readText(name: string, value: unknown): string {
  if (typeof value !== "string") throw new TypeError(`${name} is text, not a ${typeof value}`);
  return value;
}

/** Reads a number. Throws a `TypeError` that names what it is for. */
export function readNumber(name: string, value: unknown): number {
  if (typeof value !== "number") throw new TypeError(`${name} is a number, not a ${typeof value}`);
  return value;
}

/** Reads a message that crossed a session. Throws a `TypeError`. */
export function readFrames(value: unknown): Frames {
  if (Array.isArray(value) && value.length > 0 && value.every((frame) => frame instanceof Uint8Array)) return value;
  throw new TypeError("A message is an array of at least one Uint8Array");
}

/** Builds the error for an answer that no hub gives. */
export function foreign(call: HubCall): TransportError {
  return new TransportError("LOST", `Whoever answers is no hub: its answer to ${call} has another shape`);
}
