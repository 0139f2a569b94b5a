/**
 * What the end that listens proves and checks: loaded when it has a key, or
 * when a client comes back.
 *
 * @module
 */

import type { Channel, Frames } from "@fourwire/transport";
import { prove, proves } from "./credentials.ts";
import { unauthorized } from "./handshake.ts";
import { CONTROL, Control } from "./message.ts";
import type { Opening } from "./native-proof.ts";
import { type Fields, type Opened, readBytes, readOpening } from "./opening.ts";
import { randomBytes } from "./random-bytes.ts";
import { createSeals } from "./seal.ts";
import type { SessionSettings } from "./settings.ts";

/** How deep two principals are compared: a cycle must come to an end. */
const MAX_PRINCIPAL_DEPTH = 10;

/** What is known of a session whose client claims to come back. */
export interface Provable {
  readonly principal: unknown;
  /** The secrets that prove the client: the current one, and the one that the client proved last, as it may not have got the current. */
  readonly secrets: readonly Uint8Array[];
}

/** A client that was challenged. */
export interface Challenged {
  readonly opening: Opening;
  readonly proof: Fields;
  readonly seals: Opened["seals"];
}

/** Asks the client to prove what it claims. Throws `UNAUTHORIZED` when it does not hold the key. */
export async function challenge(
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

/** Says whether a session may go on. One that is unknown, gone, another principal's or badly proved looks like any other. */
export function proveSession<Known extends Provable>(
  session: Known | undefined,
  { opening, proof }: Challenged,
  principal: unknown,
): { readonly session: Known; readonly secret: Uint8Array } | undefined {
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
