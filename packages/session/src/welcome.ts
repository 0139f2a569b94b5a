/**
 * The handshake of the end that listens.
 *
 * @module
 */

import type { Channel, Frames } from "@fourwire/transport";
import { type CodecName, codecOf } from "./codec-names.ts";
import { prove, proves } from "./credentials.ts";
import { guardHandshake, unauthorized } from "./handshake.ts";
import type { Heartbeat } from "./limits.ts";
import { CONTROL, Control } from "./message.ts";
import type { Opening } from "./native-proof.ts";
import {
  type Agreement,
  checkVersion,
  type Fields,
  isFields,
  malformedOpening,
  type Opened,
  parseOpening,
  readBytes,
  readCount,
  readMessage,
  readOpening,
  readTerms,
  writeTerms,
} from "./opening.ts";
import { randomBytes, toHex } from "./random-bytes.ts";
import { createSeals } from "./seal.ts";
import type { SessionSettings } from "./settings.ts";

/** A session that a client may come back to. */
export interface Resumable {
  readonly sessionId: string;
  readonly principal: unknown;
  /** The secrets that prove the client: the current one, and the one that the client proved last, as it may not have got the current. */
  readonly secrets: readonly Uint8Array[];
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

/** How deep two principals are compared: a cycle must come to an end. */
const MAX_PRINCIPAL_DEPTH = 10;

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
      const challenged =
        settings.key || request ? await challenge(channel, frames, settings, fields, first) : undefined;
      const principal = await authenticate(settings, fields.credentials, options.address);
      const found = challenged && request && findSession(options, request, challenged, principal);
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

interface Challenged {
  readonly opening: Opening;
  readonly proof: Fields;
  readonly seals: Opened["seals"];
}

/** Asks the client to prove what it claims. Throws `UNAUTHORIZED` when it does not hold the key. */
async function challenge(
  channel: Channel,
  frames: AsyncIterator<Frames>,
  { key, encrypted, codec }: SessionSettings,
  hello: Fields,
  [helloFrame = new Uint8Array()]: Frames,
): Promise<Challenged> {
  const clientNonce = readBytes(hello.nonce, "nonce");
  const opening = { clientNonce, serverNonce: randomBytes(32), hello: helloFrame };
  const sealed = hello.sealed === true;
  if (key && !encrypted && !sealed)
    throw unauthorized("Messages must carry a code here: the transport is not encrypted");
  const fields = { nonce: opening.serverNonce, ...(key && { proof: prove(key, "server", opening) }) };
  await channel.send([codec.encode([CONTROL, Control.CHALLENGE, fields])]);
  const { fields: proof } = await readOpening(channel, frames, codec, [Control.PROOF]);
  if (key && !proves(proof.key, prove(key, "client", opening))) throw unauthorized("The client does not hold the key");
  return { opening, proof, seals: key && sealed ? createSeals(key, opening, "server") : undefined };
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

/** Finds the session to go on with. One that is unknown, gone, another principal's or badly proved looks like any other. */
function findSession(
  options: WelcomeOptions,
  request: ResumeRequest,
  { opening, proof }: Challenged,
  principal: unknown,
): { readonly session: Resumable; readonly secret: Uint8Array } | undefined {
  const session = options.find(request.session);
  const secrets = session?.secrets ?? [new Uint8Array(32)];
  const [secret] = secrets.filter((each) => proves(proof.resume, prove(each, "resume", opening)));
  return secret && session && samePrincipal(session.principal, principal) ? { session, secret } : undefined;
}

/** Says whether two principals are the same value, or plain data with the same in it. */
function samePrincipal(left: unknown, right: unknown, depth = 0): boolean {
  if (Object.is(left, right)) return true;
  if (depth > MAX_PRINCIPAL_DEPTH || !isPlain(left) || !isPlain(right)) return false;
  const keys = Object.keys(left);
  return (
    Array.isArray(left) === Array.isArray(right) &&
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && samePrincipal(left[key], right[key], depth + 1))
  );
}

function isPlain(value: unknown): value is Fields {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || Array.isArray(value);
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
