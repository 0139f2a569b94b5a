/**
 * What is proved over an opening, and the platform's own way to prove it.
 *
 * @module
 */

/** What the parts of a handshake prove, so that no proof can be shown in another's place. */
export type Purpose = "server" | "client" | "resume" | "mac to server" | "mac to client";

/** What a proof is about. */
export interface Opening {
  readonly clientNonce: Uint8Array;
  readonly serverNonce: Uint8Array;
  /** The bytes of the HELLO. */
  readonly hello: Uint8Array;
}

/** Lists what is proved: the purpose, both nonces and the HELLO as it was sent. */
export function proofParts(
  purpose: Purpose,
  { clientNonce, serverNonce, hello }: Opening,
): readonly Uint8Array<ArrayBufferLike>[] {
  return [new TextEncoder().encode(purpose), clientNonce, serverNonce, hello];
}

/** Says whether the platform computes HMAC by itself. A page that came over plain HTTP may not use it. */
export function hasNativeProof(): boolean {
  return "subtle" in crypto;
}

/** Proves as `prove` does, with the platform's HMAC-SHA-256, which only answers later. */
export async function proveNatively(secret: Uint8Array, purpose: Purpose, opening: Opening): Promise<Uint8Array> {
  const usage = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", new Uint8Array(secret), usage, false, ["sign"]);
  const message = await new Blob(proofParts(purpose, opening).map((part) => new Uint8Array(part))).arrayBuffer();
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, message));
}
