/**
 * The handshake of the end that connects.
 *
 * @module
 */

import type { Channel, Frames } from "@fourwire/transport";
import { type Codec, createCborCodec } from "./codec.ts";
import { codecOf } from "./codec-names.ts";
import { guardHandshake, unauthorized } from "./handshake.ts";
import { CONTROL, Control } from "./message.ts";
import { type Opening, proveNatively } from "./native-proof.ts";
import {
  type Agreement,
  checkVersion,
  type Fields,
  malformedOpening,
  type Opened,
  parseOpening,
  readBytes,
  readCount,
  readMessage,
  readTerms,
  writeTerms,
} from "./opening.ts";
import { randomBytes } from "./random-bytes.ts";
import type { Seals } from "./seal.ts";
import type { SessionSettings } from "./settings.ts";

/** A session that lost its channel, as its client remembers it. */
export interface Remembered {
  readonly sessionId: string;
  readonly secret: Uint8Array;
  /** The number of the last batch that this end has. */
  readonly received: number;
}

/** How a client introduces itself. */
export interface GreetOptions {
  /** What `authenticate` at the server judges. */
  readonly credentials?: unknown;
  /** The session to go on with. */
  readonly resume?: Remembered | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens the conversation as the one who connected.
 *
 * Rejects with the far end's reason when it declines, `UNAUTHORIZED` when it
 * does not hold the key, `LOST` when the channel ends or nothing comes in time,
 * or the signal's reason; the channel is closed.
 */
export async function greet(channel: Channel, settings: SessionSettings, options: GreetOptions): Promise<Opened> {
  const { codec } = settings;
  return await guardHandshake(
    channel,
    () => settings,
    options.signal,
    async (frames) => {
      const clientNonce = randomBytes(32);
      const hello = codec.encode([CONTROL, Control.HELLO, describe(settings, options, clientNonce)]);
      // Who was turned away already cannot send, and reads why.
      await channel.send([hello]).catch(() => undefined);
      const { kind, fields } = readReply(await readMessage(channel, frames), codec);
      if (kind === Control.WELCOME) {
        if (settings.key) throw unauthorized("The far end does not ask for the key");
        return { channel, frames, seals: undefined, agreement: readWelcome(fields, settings) };
      }
      const opening = { clientNonce, serverNonce: readBytes(fields.nonce, "nonce"), hello };
      const seals = await answerChallenge(channel, settings, options, opening, fields);
      const answer = readAnswer(await readMessage(channel, frames), codec, seals);
      return { channel, frames, seals, agreement: readWelcome(answer, settings) };
    },
  );
}

function describe(settings: SessionSettings, options: GreetOptions, nonce: Uint8Array): Record<string, unknown> {
  const { credentials, resume } = options;
  return {
    ...writeTerms(settings),
    nonce,
    sealed: settings.key !== undefined && !settings.encrypted,
    ...(credentials !== undefined && { credentials }),
    ...(resume && { resume: { session: resume.sessionId, received: resume.received } }),
  };
}

/** Checks that the far end holds the key, before showing it that this end does. */
async function answerChallenge(
  channel: Channel,
  { key, encrypted, codec, proofs }: SessionSettings,
  { resume }: GreetOptions,
  opening: Opening,
  fields: Fields,
): Promise<Seals | undefined> {
  if (key && !proofs?.proves(fields.proof, proofs.prove(key, "server", opening))) {
    throw unauthorized("The far end does not hold the key");
  }
  const prove = proofs?.prove ?? proveNatively;
  const proof = {
    ...(key && { key: await prove(key, "client", opening) }),
    ...(resume && { resume: await prove(resume.secret, "resume", opening) }),
  };
  await channel.send([codec.encode([CONTROL, Control.PROOF, proof])]);
  return key && !encrypted ? proofs?.createSeals(key, opening, "client") : undefined;
}

/** Reads the answer to HELLO. Whoever turns a client away without a look at what it says does so in CBOR. */
function readReply(reply: Frames, codec: Codec): ReturnType<typeof parseOpening> {
  if (codecOf(reply[0]) === codec.name) return parseOpening(reply, codec, [Control.WELCOME, Control.CHALLENGE]);
  return parseOpening(reply, createCborCodec(), []);
}

/** Reads the answer to a proof. A goodbye carries no code, as whoever says it may not hold the key; anything else must. */
function readAnswer(answer: Frames, codec: Codec, seals: Seals | undefined): Fields {
  const bare = answer.length === 1;
  const content = seals && !bare ? seals.incoming.open(answer) : answer;
  return parseOpening(content, codec, seals && bare ? [] : [Control.WELCOME]).fields;
}

function readWelcome(fields: Fields, settings: SessionSettings): Agreement {
  checkVersion(fields);
  const { session: sessionId, resumed } = fields;
  if (typeof sessionId !== "string") throw malformedOpening("session");
  return {
    ...readTerms(fields, settings),
    sessionId,
    secret: readBytes(fields.secret, "secret"),
    resumed: resumed === true,
    peerReceived: readCount(fields.received, "received"),
  };
}
