/**
 * The handshake of the end that listens.
 *
 * @module
 */

import type { Channel } from "@fourwire/transport";
import type { Provable } from "./challenge.ts";
import { type CodecName, codecOf } from "./codec-names.ts";
import { guardHandshake, unauthorized } from "./handshake.ts";
import type { Heartbeat } from "./limits.ts";
import { CONTROL, Control } from "./message.ts";
import {
  type Agreement,
  checkVersion,
  isFields,
  malformedOpening,
  type Opened,
  parseOpening,
  readCount,
  readMessage,
  readTerms,
  writeTerms,
} from "./opening.ts";
import { randomBytes, toHex } from "./random-bytes.ts";
import type { SessionSettings } from "./settings.ts";

/** A session that a client may come back to. */
export interface Resumable extends Provable {
  readonly sessionId: string;
  /** Ends the channel in use, as the newest wins, and tells the number of the last batch received. */
  fence(): number;
}

/** What the listening end needs for a handshake. */
export interface WelcomeOptions {
  readonly address: string;
  readonly signal: AbortSignal;
  /** Finds a session by its id. */
  find(sessionId: string): Resumable | undefined;
}

/** A channel after its handshake, as the listening end knows it. */
export interface Welcomed extends Opened {
  /** The settings with the codec that the client picked. */
  readonly settings: SessionSettings;
  readonly principal: unknown;
  /** The session that goes on; absent for a fresh one. */
  readonly resumes: Resumable | undefined;
  /** The secret that proved the client of that session. */
  readonly proved: Uint8Array | undefined;
}

interface ResumeRequest {
  readonly session: string;
  readonly received: number;
}

/**
 * Opens the conversation as the one who listens.
 *
 * Rejects with `UNAUTHORIZED`, `UNSUPPORTED_VERSION` or `MALFORMED`, after
 * telling the far end, or with `LOST`; the channel is closed. Nothing that the
 * client sends is acted on before its key is proved.
 */
export async function welcome(
  channel: Channel,
  settingsOf: (codec: CodecName) => SessionSettings,
  options: WelcomeOptions,
): Promise<Welcomed> {
  let settings = settingsOf("cbor");
  return await guardHandshake(
    channel,
    () => settings,
    options.signal,
    async (frames) => {
      const first = await readMessage(channel, frames);
      settings = settingsOf(codecOf(first[0]));
      const { fields } = parseOpening(first, settings.codec, [Control.HELLO]);
      checkVersion(fields);
      const terms = readTerms(fields, settings);
      const request = readResume(fields.resume);
      const parts = settings.key || request ? await import("./challenge.ts") : undefined;
      const challenged = await parts?.challenge(channel, frames, settings, fields, first);
      const principal = await authenticate(settings, fields.credentials, options.address);
      const known = request && options.find(request.session);
      const found = challenged && request && parts?.proveSession(known, challenged, principal);
      const resumes = found?.session;
      const agreement = agree(settings, terms, resumes, request);
      const answer = describe(settings, agreement, resumes?.fence() ?? 0);
      const frame = settings.codec.encode([CONTROL, Control.WELCOME, answer]);
      const seals = challenged?.seals;
      await channel.send(seals ? seals.outgoing.close([frame]) : [frame]);
      return { channel, frames, seals, agreement, principal, resumes, proved: found?.secret, settings };
    },
  );
}

function agree(
  settings: SessionSettings,
  terms: ReturnType<typeof readTerms>,
  resumes: Resumable | undefined,
  request: ResumeRequest | undefined,
): Agreement {
  return {
    ...terms,
    heartbeat: agreeOn(settings.heartbeat, terms.heartbeat),
    sessionId: resumes?.sessionId ?? toHex(randomBytes(16)),
    secret: randomBytes(32),
    resumed: resumes !== undefined,
    peerReceived: resumes && request ? request.received : 0,
  };
}

function describe(settings: SessionSettings, agreement: Agreement, received: number): Record<string, unknown> {
  const { sessionId: session, secret, resumed, heartbeat } = agreement;
  return { ...writeTerms(settings, heartbeat), session, secret, resumed, received };
}

async function authenticate({ access }: SessionSettings, credentials: unknown, address: string): Promise<unknown> {
  if (!access.authenticate) return undefined;
  try {
    return await access.authenticate({ credentials, address });
  } catch (error) {
    // What the server thinks of the credentials is not for the client to know.
    throw unauthorized("The server does not accept these credentials", error);
  }
}

function readResume(value: unknown): ResumeRequest | undefined {
  if (value === undefined) return undefined;
  if (!isFields(value) || typeof value.session !== "string") throw malformedOpening("resume");
  return { session: value.session, received: readCount(value.received, "resume.received") };
}

/** The slower of two heartbeats; none when either end wants none. */
function agreeOn(ours: Heartbeat | false, theirs: Heartbeat | false): Heartbeat | false {
  if (!ours || !theirs) return false;
  return {
    intervalMs: Math.max(ours.intervalMs, theirs.intervalMs),
    windowMs: Math.max(ours.windowMs, theirs.windowMs),
  };
}
