/**
 * What a client proves and checks in JavaScript: a chunk of its own, which only
 * those load that hold a key, or whose platform computes no HMAC.
 *
 * @module
 */

export { prove, proves, readKey } from "./credentials.ts";
export { createSeals } from "./seal.ts";
