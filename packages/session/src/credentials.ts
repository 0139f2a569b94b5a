/**
 * Who may talk to whom: keys, credentials and what they prove.
 *
 * @module
 */

import { equalBytes, hmac } from "./hmac.ts";
import type { Opening, Purpose } from "./native-proof.ts";

/** A secret that both ends hold: text or bytes, 16 bytes at least. */
export type Key = string | Uint8Array;

/** What a client showed, for `authenticate` to judge. */
export interface Hello {
  /** What the client gave as `credentials`; `undefined` when nothing. */
  readonly credentials: unknown;
  /** The address that was listened at. */
  readonly address: string;
}

/** A deed that `authorize` is asked about. */
export interface AuthorizeRequest {
  /** What `authenticate` returned; `undefined` without it. */
  readonly principal: unknown;
  /** The kind of deed: `call`, `notify`, and whatever else the feature above names, such as `get` and `set`. */
  readonly action: string;
  /** What it is done to: a method's or a member's name. */
  readonly subject: string;
}

/** How a server decides who may do what. */
export interface AccessOptions {
  /**
   * Tells who a client is: called once a connection, after the key was proved
   * and before any entry is read. Throwing turns the client away with
   * `UNAUTHORIZED`. A client comes back to its session only as the same: as the
   * same value, or as plain data that is equal. Default: everybody is
   * `undefined`.
   */
  readonly authenticate?: ((hello: Hello) => unknown) | undefined;
  /**
   * Says whether a client may do something: called before each deed. The caller
   * of one that is denied gets `UNAUTHORIZED`. Default: everything is allowed.
   */
  readonly authorize?: ((request: AuthorizeRequest) => boolean | PromiseLike<boolean>) | undefined;
}

/** The least length of a key, in bytes. */
const MIN_KEY_BYTES = 16;

/** Reads a key. Throws a `TypeError`, without the key in it, when it is too short to keep a secret. */
export function readKey(key: Key): Uint8Array {
  const bytes = typeof key === "string" ? new TextEncoder().encode(key) : key;
  if (!(bytes instanceof Uint8Array) || bytes.byteLength < MIN_KEY_BYTES) {
    throw new TypeError(`key: expected text or bytes of at least ${MIN_KEY_BYTES} bytes`);
  }
  return bytes;
}

/** Proves the knowledge of a secret over the whole opening: both nonces and the HELLO as it was sent. */
export function prove(secret: Uint8Array, purpose: Purpose, opening: Opening): Uint8Array {
  return hmac(secret, [new TextEncoder().encode(purpose), opening.clientNonce, opening.serverNonce, opening.hello]);
}

/** Says whether what the far end showed is the proof that was expected. */
export function proves(shown: unknown, expected: Uint8Array): boolean {
  return shown instanceof Uint8Array && equalBytes(shown, expected);
}
