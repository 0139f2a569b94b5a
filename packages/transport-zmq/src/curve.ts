/**
 * Keys for CURVE, ZeroMQ's encryption and authentication.
 *
 * No function here puts a key into a message: errors end up in logs.
 *
 * @module
 */

import { capability } from "zeromq";

/**
 * The keys of one end, in Z85: 40 characters each, as `curveKeyPair()` of
 * `zeromq` makes them.
 *
 * One object serves both sides: `serverKey` is used by `connect`, `allow` by
 * `listen`.
 */
export interface CurveOptions {
  /** This end's public key. */
  readonly publicKey: string;
  /** This end's secret key. */
  readonly secretKey: string;
  /** The public key of the end connected to; `connect` needs it. */
  readonly serverKey?: string;
  /** The public keys that `listen` accepts. Default: everyone who knows this end's public key. */
  readonly allow?: readonly string[];
}

const Z85_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";
const KEY_CHARACTERS = 40;
const KEY_BYTES = 32;

/** Checks the form of the keys. Throws a `TypeError` that names the field and never its value. */
export function checkCurve(curve: CurveOptions): void {
  if (!capability.curve) throw new TypeError("curve: this build of zeromq has no CURVE");
  if (typeof curve !== "object" || curve === null) throw new TypeError("curve is an object with keys");
  checkKey("curve.publicKey", curve.publicKey);
  checkKey("curve.secretKey", curve.secretKey);
  if (curve.serverKey !== undefined) checkKey("curve.serverKey", curve.serverKey);
  if (curve.allow === undefined) return;
  if (!Array.isArray(curve.allow)) throw new TypeError("curve.allow is an array of public keys");
  for (const [index, key] of curve.allow.entries()) checkKey(`curve.allow[${index}]`, key);
}

/** Decodes a key from Z85, five characters for four bytes. */
export function decodeKey(key: string): Buffer {
  const bytes = Buffer.alloc(KEY_BYTES);
  for (let block = 0; block < KEY_BYTES / 4; block += 1) {
    let value = 0;
    for (const character of key.slice(block * 5, block * 5 + 5)) value = value * 85 + Z85_DIGITS.indexOf(character);
    bytes.writeUInt32BE(value, block * 4);
  }
  return bytes;
}

function checkKey(field: string, key: unknown): void {
  if (!isKey(key)) throw new TypeError(`${field} is not a Z85 key of ${KEY_CHARACTERS} characters`);
}

function isKey(key: unknown): boolean {
  if (typeof key !== "string" || key.length !== KEY_CHARACTERS) return false;
  for (let start = 0; start < KEY_CHARACTERS; start += 5) {
    let value = 0;
    for (const character of key.slice(start, start + 5)) {
      const digit = Z85_DIGITS.indexOf(character);
      if (digit < 0) return false;
      value = value * 85 + digit;
    }
    // Five digits can say more than four bytes hold.
    if (value > 0xffff_ffff) return false;
  }
  return true;
}
