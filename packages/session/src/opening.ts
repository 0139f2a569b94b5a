/**
 * What the opening messages say.
 *
 * @module
 */

import type { Channel } from "@fourwire/transport";
import { type Frames, sizeOfFrames, TransportError } from "@fourwire/transport";
import type { Codec } from "./codec.ts";
import { SessionError, type SessionErrorCode } from "./errors.ts";
import { completeHeartbeat, type Heartbeat, type Limits } from "./limits.ts";
import { CONTROL, Control, PROTOCOL_VERSION } from "./message.ts";
import type { Seals } from "./seal.ts";
import type { SessionSettings } from "./settings.ts";

/** What a session knows once both ends have spoken. */
export interface Agreement {
  readonly sessionId: string;
  /** What proves, after a lost channel, that this is the same client. */
  readonly secret: Uint8Array;
  /** What the far end accepts. */
  readonly peerLimits: Limits;
  readonly heartbeat: Heartbeat | false;
  /** The time that the far end's calls take when they do not say. */
  readonly peerCallTimeoutMs: number;
  /** Whether the session goes on from before. */
  readonly resumed: boolean;
  /** The number of the last batch that the far end has. */
  readonly peerReceived: number;
}

/** A channel after its handshake. */
export interface Opened {
  readonly channel: Channel;
  readonly frames: AsyncIterator<Frames>;
  /** The codes on its messages; absent where there are none. */
  readonly seals: Seals | undefined;
  readonly agreement: Agreement;
}

/** Fields of an opening message, not yet judged. */
export type Fields = Readonly<Record<string, unknown>>;

/** The opening messages are read before anything is agreed, so they are bounded on their own. */
const OPENING_LIMITS = { maxMessageBytes: 16_384, maxDepth: 8, maxItems: 256 } as const;

/** The codes that a goodbye may carry. */
export const BYE_CODES: ReadonlySet<string> = new Set<SessionErrorCode>([
  "CLOSED",
  "LOST",
  "GAP",
  "MALFORMED",
  "LIMIT_EXCEEDED",
  "UNSUPPORTED_VERSION",
  "UNAUTHORIZED",
]);

/** Reads one opening message. Throws the far end's goodbye, `LOST`, `MALFORMED` or `LIMIT_EXCEEDED`. */
export async function readOpening(
  channel: Channel,
  frames: AsyncIterator<Frames>,
  codec: Codec,
  expected: readonly number[],
): Promise<{ readonly kind: number; readonly fields: Fields }> {
  const message = await readMessage(channel, frames);
  return parseOpening(message, codec, expected);
}

/** Waits for one message. */
export async function readMessage(channel: Channel, frames: AsyncIterator<Frames>): Promise<Frames> {
  const next = await frames.next();
  if (next.done) throw lostBeforeOpening(await channel.closed);
  return next.value;
}

/** Reads an opening message out of its frames. */
export function parseOpening(
  frames: Frames,
  codec: Codec,
  expected: readonly number[],
): { readonly kind: number; readonly fields: Fields } {
  const [frame] = frames;
  if (!frame || sizeOfFrames(frames) > OPENING_LIMITS.maxMessageBytes) throw malformedOpening("size");
  const { message } = codec.decode(frame, OPENING_LIMITS);
  const [control, kind, fields]: unknown[] = [...message];
  if (control === CONTROL && kind === Control.BYE) throw readBye(message);
  if (control !== CONTROL || typeof kind !== "number" || !expected.includes(kind) || !isFields(fields)) {
    throw malformedOpening("kind");
  }
  return { kind, fields };
}

/** Throws `UNSUPPORTED_VERSION` unless both ends speak the same. */
export function checkVersion(fields: Fields): void {
  if (fields.version === PROTOCOL_VERSION) return;
  const theirs = String(fields.version).slice(0, 20);
  throw new SessionError("UNSUPPORTED_VERSION", `One end speaks version ${theirs}, the other ${PROTOCOL_VERSION}`);
}

/** Writes what this end accepts and wishes. */
export function writeTerms(
  settings: SessionSettings,
  heartbeat: Heartbeat | false = settings.heartbeat,
): Record<string, unknown> {
  const { maxMessageBytes, maxDepth, maxItems, maxCalls, windowBytes, maxStreams } = settings.limits;
  const timeoutMs = settings.callTimeoutMs;
  return {
    version: PROTOCOL_VERSION,
    limits: { maxMessageBytes, maxDepth, maxItems, maxCalls, windowBytes, maxStreams },
    heartbeat: heartbeat && [heartbeat.intervalMs, heartbeat.windowMs],
    callTimeoutMs: Number.isFinite(timeoutMs) ? timeoutMs : null,
  };
}

/** Reads what the far end accepts and wishes. Throws `MALFORMED`, naming the field. */
export function readTerms(
  fields: Fields,
  { linkBytes }: Pick<SessionSettings, "linkBytes">,
): Pick<Agreement, "peerLimits" | "peerCallTimeoutMs"> & { readonly heartbeat: Heartbeat | false } {
  const limits = isFields(fields.limits) ? fields.limits : {};
  const limit = (name: keyof Limits): number => readCount(limits[name], `limits.${name}`, 1);
  const timeoutMs = fields.callTimeoutMs;
  if (timeoutMs !== null && !(typeof timeoutMs === "number" && timeoutMs > 0)) throw malformedOpening("callTimeoutMs");
  return {
    heartbeat: readHeartbeat(fields.heartbeat),
    peerLimits: {
      // What the link cannot carry must be refused here: there it would cost the channel.
      maxMessageBytes: Math.min(limit("maxMessageBytes"), linkBytes),
      maxDepth: limit("maxDepth"),
      maxItems: limit("maxItems"),
      maxCalls: limit("maxCalls"),
      windowBytes: limit("windowBytes"),
      maxStreams: limit("maxStreams"),
      // What the far end keeps for itself is its own affair.
      maxQueuedBytes: Number.POSITIVE_INFINITY,
      maxReferences: Number.POSITIVE_INFINITY,
      streamItems: Number.POSITIVE_INFINITY,
      streamBytes: Number.POSITIVE_INFINITY,
    },
    peerCallTimeoutMs: timeoutMs ?? Number.POSITIVE_INFINITY,
  };
}

/** Reads a count. Throws `MALFORMED`, naming the field. */
export function readCount(value: unknown, field: string, least = 0): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= least) return value;
  throw malformedOpening(field);
}

/** Reads bytes of a fixed length. Throws `MALFORMED`, naming the field. */
export function readBytes(value: unknown, field: string, length = 32): Uint8Array {
  if (value instanceof Uint8Array && value.byteLength === length) return value;
  throw malformedOpening(field);
}

/** Writes a goodbye. */
export function bye(codec: Codec, code: SessionErrorCode, reason: string): Frames {
  return [codec.encode([CONTROL, Control.BYE, code, reason])];
}

/** Reads a goodbye `[0, 6, code, reason]` as the error it stands for. */
export function readBye(message: readonly unknown[]): SessionError {
  const [, , code, reason] = message;
  const known = isByeCode(code) ? code : "CLOSED";
  const text = typeof reason === "string" ? reason.slice(0, 1_000) : "without a reason";
  return new SessionError(known, `The far end ended the session: ${text}`);
}

/** Says whether a value is a record of fields. */
export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Builds the error of an opening message that is not allowed. */
export function malformedOpening(field: string, cause?: unknown): SessionError {
  return new SessionError("MALFORMED", `The far end's opening message is not allowed: ${field}`, { cause });
}

function isByeCode(code: unknown): code is SessionErrorCode {
  return typeof code === "string" && BYE_CODES.has(code);
}

function lostBeforeOpening(reason: TransportError | undefined): SessionError {
  return new SessionError("LOST", "The channel ended before the session was open", {
    cause: reason ?? new TransportError("CLOSED", "The far end closed the channel"),
    outcome: "notSent",
  });
}

function readHeartbeat(value: unknown): Heartbeat | false {
  if (value === false) return false;
  const [intervalMs, windowMs]: unknown[] = Array.isArray(value) ? value : [];
  if (typeof intervalMs !== "number" || typeof windowMs !== "number") throw malformedOpening("heartbeat");
  try {
    return completeHeartbeat({ intervalMs, windowMs });
  } catch (error) {
    throw malformedOpening("heartbeat", error);
  }
}
