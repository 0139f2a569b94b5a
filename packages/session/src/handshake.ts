/**
 * The first message each way: what both ends agree on.
 *
 * @module
 */

import { type Channel, type Frames, sizeOfFrames, TransportError } from "@fourwire/transport";
import type { Codec } from "./codec.ts";
import { SessionError, type SessionErrorCode } from "./errors.ts";
import {
  completeHeartbeat,
  DEFAULT_HANDSHAKE_TIMEOUT_MS,
  type Heartbeat,
  type Limits,
  LONGEST_TIMER_MS,
} from "./limits.ts";
import { CONTROL, Control, PROTOCOL_VERSION } from "./message.ts";
import type { SessionSettings } from "./settings.ts";

/** What a session knows once both ends have spoken. */
export interface Agreement {
  readonly sessionId: string;
  /** What the far end accepts. */
  readonly peerLimits: Limits;
  readonly heartbeat: Heartbeat | false;
  /** The time that the far end's calls take when they do not say. */
  readonly peerCallTimeoutMs: number;
}

/** A channel after its handshake. */
export interface Opened {
  readonly channel: Channel;
  readonly frames: AsyncIterator<Frames>;
  readonly agreement: Agreement;
}

/** The opening message is read before anything is agreed, so it is bounded on its own. */
const HELLO_LIMITS = { maxMessageBytes: 16_384, maxDepth: 8, maxItems: 256 } as const;

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

/**
 * Opens the conversation as the one who connected.
 *
 * Rejects with the far end's reason when it declines, `LOST` when the channel
 * ends or nothing comes in time, or the signal's reason; the channel is closed.
 */
export async function greet(channel: Channel, settings: SessionSettings, signal?: AbortSignal): Promise<Opened> {
  return await guarded(channel, settings, signal, async (frames) => {
    // Who was turned away already cannot send, and reads why.
    await channel.send([settings.codec.encode([CONTROL, Control.HELLO, describe(settings)])]).catch(() => undefined);
    const fields = await readOpening(channel, frames, settings.codec, Control.WELCOME);
    const heartbeat = readHeartbeat(fields.heartbeat);
    const sessionId = fields.session;
    if (typeof sessionId !== "string") throw malformed("session");
    return { channel, frames, agreement: { ...readTerms(fields), sessionId, heartbeat } };
  });
}

/**
 * Opens the conversation as the one who listens.
 *
 * Rejects with `UNSUPPORTED_VERSION` or `MALFORMED`, after telling the far end,
 * or with `LOST`; the channel is closed.
 */
export async function welcome(channel: Channel, settings: SessionSettings, signal?: AbortSignal): Promise<Opened> {
  return await guarded(channel, settings, signal, async (frames) => {
    const fields = await readOpening(channel, frames, settings.codec, Control.HELLO);
    const heartbeat = agreeOn(settings.heartbeat, readHeartbeat(fields.heartbeat));
    const sessionId = createSessionId();
    const answer = { ...describe(settings), heartbeat: writeHeartbeat(heartbeat), session: sessionId };
    await channel.send([settings.codec.encode([CONTROL, Control.WELCOME, answer])]);
    return { channel, frames, agreement: { ...readTerms(fields), sessionId, heartbeat } };
  });
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

function isByeCode(code: unknown): code is SessionErrorCode {
  return typeof code === "string" && BYE_CODES.has(code);
}

/** Runs a handshake under its deadline; when it fails, tells the far end why and closes the channel. */
async function guarded(
  channel: Channel,
  settings: SessionSettings,
  signal: AbortSignal | undefined,
  run: (frames: AsyncIterator<Frames>) => Promise<Opened>,
): Promise<Opened> {
  const timeoutMs = settings.handshakeTimeoutMs ?? DEFAULT_HANDSHAKE_TIMEOUT_MS;
  const ended = watch(timeoutMs, signal);
  const running = run(channel[Symbol.asyncIterator]());
  try {
    return await Promise.race([running, ended.promise]);
  } catch (error) {
    running.catch(() => undefined);
    await decline(channel, settings.codec, error);
    throw error;
  } finally {
    ended.stop();
  }
}

async function decline(channel: Channel, codec: Codec, error: unknown): Promise<void> {
  if (error instanceof SessionError && error.code !== "LOST") {
    // The far end may be gone already; then nobody is left to tell.
    await channel.send(bye(codec, error.code, error.message)).catch(() => undefined);
  }
  await channel.close();
}

function watch(timeoutMs: number, signal: AbortSignal | undefined): { promise: Promise<never>; stop(): void } {
  const over = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const promise = new Promise<never>((_, reject) => {
    const message = `The far end did not answer the opening message in ${timeoutMs} ms (handshakeTimeoutMs)`;
    timer = setTimeout(
      () => reject(new SessionError("LOST", message, { outcome: "notSent" })),
      Math.min(timeoutMs, LONGEST_TIMER_MS),
    );
    signal?.addEventListener("abort", () => reject(signal.reason), { signal: over.signal });
    if (signal?.aborted) reject(signal.reason);
  });
  promise.catch(() => undefined);
  return {
    promise,
    stop() {
      clearTimeout(timer);
      over.abort();
    },
  };
}

async function readOpening(
  channel: Channel,
  frames: AsyncIterator<Frames>,
  codec: Codec,
  expected: number,
): Promise<Readonly<Record<string, unknown>>> {
  const next = await frames.next();
  if (next.done) throw lostBeforeOpening(await channel.closed);
  const [frame] = next.value;
  if (!frame || sizeOfFrames(next.value) > HELLO_LIMITS.maxMessageBytes) throw malformed("size");
  const { message } = codec.decode(frame, HELLO_LIMITS);
  if (message[0] === CONTROL && message[1] === Control.BYE) throw readBye(message);
  const fields = message[2];
  if (message[0] !== CONTROL || message[1] !== expected || !isRecord(fields)) throw malformed("kind");
  if (fields.version !== PROTOCOL_VERSION) {
    const theirs = String(fields.version).slice(0, 20);
    throw new SessionError("UNSUPPORTED_VERSION", `One end speaks version ${theirs}, the other ${PROTOCOL_VERSION}`);
  }
  return fields;
}

function lostBeforeOpening(reason: TransportError | undefined): SessionError {
  return new SessionError("LOST", "The channel ended before the session was open", {
    cause: reason ?? new TransportError("CLOSED", "The far end closed the channel"),
    outcome: "notSent",
  });
}

function describe(settings: SessionSettings): Record<string, unknown> {
  const { maxQueuedBytes: _, ...limits } = settings.limits;
  const timeoutMs = settings.callTimeoutMs;
  return {
    version: PROTOCOL_VERSION,
    limits,
    heartbeat: writeHeartbeat(settings.heartbeat),
    callTimeoutMs: Number.isFinite(timeoutMs) ? timeoutMs : null,
  };
}

function readTerms(fields: Readonly<Record<string, unknown>>): Pick<Agreement, "peerLimits" | "peerCallTimeoutMs"> {
  const limits = fields.limits;
  if (!isRecord(limits)) throw malformed("limits");
  const number = (name: keyof Limits): number => {
    const value = limits[name];
    if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 1) throw malformed(`limits.${name}`);
    return value;
  };
  const timeoutMs = fields.callTimeoutMs;
  if (timeoutMs !== null && !(typeof timeoutMs === "number" && timeoutMs > 0)) throw malformed("callTimeoutMs");
  return {
    peerLimits: {
      maxMessageBytes: number("maxMessageBytes"),
      maxDepth: number("maxDepth"),
      maxItems: number("maxItems"),
      maxCalls: number("maxCalls"),
      windowBytes: number("windowBytes"),
      maxQueuedBytes: Number.POSITIVE_INFINITY,
    },
    peerCallTimeoutMs: timeoutMs ?? Number.POSITIVE_INFINITY,
  };
}

function writeHeartbeat(heartbeat: Heartbeat | false): readonly number[] | false {
  return heartbeat && [heartbeat.intervalMs, heartbeat.windowMs];
}

function readHeartbeat(value: unknown): Heartbeat | false {
  if (value === false) return false;
  const [intervalMs, windowMs]: unknown[] = Array.isArray(value) ? value : [];
  if (typeof intervalMs !== "number" || typeof windowMs !== "number") throw malformed("heartbeat");
  try {
    return completeHeartbeat({ intervalMs, windowMs });
  } catch (error) {
    throw malformed("heartbeat", error);
  }
}

/** The slower of two heartbeats; none when either end wants none. */
function agreeOn(ours: Heartbeat | false, theirs: Heartbeat | false): Heartbeat | false {
  if (!ours || !theirs) return false;
  return {
    intervalMs: Math.max(ours.intervalMs, theirs.intervalMs),
    windowMs: Math.max(ours.windowMs, theirs.windowMs),
  };
}

/** 128 random bits in hexadecimal. */
function createSessionId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function malformed(field: string, cause?: unknown): SessionError {
  return new SessionError("MALFORMED", `The far end's opening message is not allowed: ${field}`, { cause });
}
