/**
 * A number for all values of a namespace, by which two ends find out that they
 * have the same.
 *
 * @module
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

type Hash = ReturnType<typeof sha256.create>;

/** Hashes values, whatever order the keys of objects, Maps and Sets have: SHA-256, in hexadecimal digits. */
export function hashOf(values: unknown): string {
  const hash = sha256.create();
  feed(hash, values);
  return bytesToHex(hash.digest());
}

function feed(hash: Hash, value: unknown): void {
  if (typeof value !== "object" || value === null) write(hash, `${typeof value}:${showPrimitive(value)}`);
  else if (ArrayBuffer.isView(value)) feedBytes(hash, value);
  else if (value instanceof Date) write(hash, `date:${value.getTime()}`);
  else if (Array.isArray(value)) feedList(hash, "array", value);
  else if (value instanceof Set) feedSorted(hash, "set", [...value].map(hashOf));
  else if (value instanceof Map) feedSorted(hash, "map", [...value].map(hashOf));
  else feedSorted(hash, "object", Object.entries(value).map(hashOf));
}

function showPrimitive(value: unknown): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

function feedBytes(hash: Hash, view: ArrayBufferView): void {
  write(hash, `${view.constructor.name}:${view.byteLength}`);
  hash.update(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
}

function feedList(hash: Hash, name: string, items: readonly unknown[]): void {
  write(hash, `${name}:${items.length}`);
  for (const item of items) feed(hash, item);
}

function feedSorted(hash: Hash, name: string, hashes: readonly string[]): void {
  write(hash, `${name}:${hashes.length}`);
  for (const each of hashes.toSorted()) write(hash, each);
}

/** The length comes first, so that no two texts in a row pass for another two. */
function write(hash: Hash, text: string): void {
  const bytes = new TextEncoder().encode(text);
  hash.update(new TextEncoder().encode(`${bytes.byteLength};`)).update(bytes);
}
