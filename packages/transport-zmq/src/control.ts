/**
 * The few messages that the two ends exchange beside the user's.
 *
 * A message whose first frame is empty is one of these; every other message is
 * the user's and travels as it is. The byte table is in docs/transports/zmq.md.
 *
 * @module
 */

import type { Frames } from "@fourwire/transport";

/** The version of this exchange that HELLO and WELCOME carry. */
export const PROTOCOL_VERSION = 1;

/** What a message whose first frame is empty means. */
export type Control =
  | { readonly kind: "data"; readonly frames: Frames }
  | { readonly kind: "hello" | "welcome"; readonly version: number }
  | { readonly kind: "refuse" | "abort"; readonly reason: string }
  | { readonly kind: "bye" };

const DATA = 0x00;
const HELLO = 0x01;
const WELCOME = 0x02;
const REFUSE = 0x03;
const BYE = 0x04;
const ABORT = 0x05;

/** "4W", so that a stranger's message that happens to begin with an empty frame is not taken for HELLO. */
const MAGIC: readonly [number, number] = [0x34, 0x57];
const EMPTY = new Uint8Array(0);
const MAX_REASON_BYTES = 255;

/** Opens a conversation: the connector's first message. */
export function hello(): Frames {
  return [EMPTY, Uint8Array.of(HELLO, ...MAGIC, PROTOCOL_VERSION)];
}

/** Answers HELLO: from here on both ends send data. */
export function welcome(): Frames {
  return [EMPTY, Uint8Array.of(WELCOME, PROTOCOL_VERSION)];
}

/** Answers HELLO: there will be no conversation. */
export function refuse(reason: string): Frames {
  return [EMPTY, withReason(REFUSE, reason)];
}

/** Says that nothing follows; the far end answers with the same. */
export function bye(): Frames {
  return [EMPTY, Uint8Array.of(BYE)];
}

/** Says that the conversation broke at this end. */
export function abort(reason: string): Frames {
  return [EMPTY, withReason(ABORT, reason)];
}

/** Marks a user's message that begins with an empty frame as the user's. */
export function escapeData(frames: Frames): Frames {
  return [EMPTY, Uint8Array.of(DATA), ...frames];
}

/** Reads a message whose first frame is empty; `undefined` is what no version of this exchange sends. */
export function parseControl(frames: Frames): Control | undefined {
  const body = frames[1];
  if (!body || body.byteLength === 0) return undefined;
  if (body[0] === DATA)
    return body.byteLength === 1 && frames.length > 2 ? { kind: "data", frames: frames.slice(2) } : undefined;
  if (frames.length !== 2 || body.byteLength > 1 + MAX_REASON_BYTES) return undefined;
  return parseSimple(body);
}

function parseSimple(body: Uint8Array): Control | undefined {
  switch (body[0]) {
    case HELLO:
      return body.byteLength === 4 && body[1] === MAGIC[0] && body[2] === MAGIC[1]
        ? { kind: "hello", version: body[3] ?? 0 }
        : undefined;
    case WELCOME:
      return body.byteLength === 2 ? { kind: "welcome", version: body[1] ?? 0 } : undefined;
    case REFUSE:
      return { kind: "refuse", reason: readReason(body) };
    case ABORT:
      return { kind: "abort", reason: readReason(body) };
    case BYE:
      return body.byteLength === 1 ? { kind: "bye" } : undefined;
    default:
      return undefined;
  }
}

function withReason(kind: number, reason: string): Uint8Array {
  return Uint8Array.of(kind, ...new TextEncoder().encode(reason).subarray(0, MAX_REASON_BYTES));
}

/** Reads the far end's words; they end up in error messages, so nothing but printable ASCII passes. */
function readReason(body: Uint8Array): string {
  return new TextDecoder().decode(body.subarray(1)).replaceAll(/[^ -~]/g, "?");
}
