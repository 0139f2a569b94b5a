/**
 * HMAC-SHA-256 (RFC 2104), and comparisons that take the same time whatever
 * they find.
 *
 * @module
 */

import { hmac as portableHmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";

/** Computes the code of a message given in parts, one after the other. */
export type Hmac = (key: Uint8Array, parts: readonly Uint8Array[]) => Uint8Array;

/** Computes HMAC-SHA-256: 32 bytes. Node's own where there is one, otherwise in JavaScript, as the browser's only comes later. */
export const hmac: Hmac = nativeHmac() ?? computeInJavaScript;

/** Compares in a time that depends on the lengths only. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.byteLength !== right.byteLength) return false;
  let difference = 0;
  for (let index = 0; index < left.byteLength; index += 1) difference |= (left[index] ?? 0) ^ (right[index] ?? 0);
  return difference === 0;
}

function nativeHmac(): Hmac | undefined {
  if (typeof process !== "object" || typeof process.getBuiltinModule !== "function") return undefined;
  const { createHmac } = process.getBuiltinModule("node:crypto");
  return (key, parts) => {
    const code = createHmac("sha256", key);
    for (const part of parts) code.update(part);
    return new Uint8Array(code.digest());
  };
}

function computeInJavaScript(key: Uint8Array, parts: readonly Uint8Array[]): Uint8Array {
  const code = portableHmac.create(sha256, key);
  for (const part of parts) code.update(part);
  return code.digest();
}
