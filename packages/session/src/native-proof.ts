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

/** Says whether the platform computes HMAC by itself. A page that came over plain HTTP may not use it. */
export function hasNativeProof(): boolean {
  return "subtle" in crypto;
}

/**
 * Proves as `prove` does, with the platform's HMAC-SHA-256, which only answers later.
 *
 * It shares no code with that, as a page that proves this way loads none of it.
 */
export async function proveNatively(
  secret: Uint8Array,
  purpose: Purpose,
  { clientNonce, serverNonce, hello }: Opening,
): Promise<Uint8Array> {
  const usage = { name: "HMAC", hash: "SHA-256" };
  const parts = [new TextEncoder().encode(purpose), clientNonce, serverNonce, hello];
  const message = new Uint8Array(parts.flatMap((part) => [...part]));
  const key = await crypto.subtle.importKey("raw", new Uint8Array(secret), usage, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, message));
}
