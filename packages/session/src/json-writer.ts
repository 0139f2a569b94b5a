/**
 * Packed values as what JSON can say.
 *
 * @module
 */

import { Tag as CborTag } from "#cbor";
import { encodeBase64 } from "./json-base64.ts";
import { isTypedArray, type TypedArray } from "./typed-array.ts";

/** The first character of a key that means something other than itself. */
const MARK = 0x24;

/**
 * Rewrites a value as plain JSON and escapes.
 *
 * What is plain comes back as it is and is not copied: most calls are plain, and
 * for them this is only a look.
 */
export function escapeValue(value: unknown): unknown {
  switch (typeof value) {
    case "object":
      return value === null ? null : escapeObject(value);
    case "number":
      return Number.isFinite(value) ? value : { $: String(value) };
    case "undefined":
      return { $: "undefined" };
    case "bigint":
      return { $bigint: String(value) };
    case "string":
    case "boolean":
      return value;
    default:
      throw new TypeError(`A ${typeof value} has no place in a message`);
  }
}

function escapeObject(value: object): unknown {
  if (Array.isArray(value)) return escapeArray(value);
  if (Object.getPrototypeOf(value) === Object.prototype) return escapeRecord(value);
  if (value instanceof CborTag) return { [`$${value.tag}`]: escapeValue(value.value) };
  if (value instanceof Map) return { $map: escapeArray([...value].flat(1)) };
  if (value instanceof Set) return { $set: escapeArray([...value]) };
  if (value instanceof Date) return { $date: Number.isNaN(value.getTime()) ? null : value.getTime() };
  if (isTypedArray(value)) return escapeTypedArray(value);
  return escapeRecord(value);
}

function escapeArray(value: readonly unknown[]): readonly unknown[] {
  let copy: unknown[] | undefined;
  for (let index = 0; index < value.length; index += 1) {
    const item = value[index];
    const escaped = escapeValue(item);
    if (escaped !== item) {
      copy ??= value.slice();
      copy[index] = escaped;
    }
  }
  return copy ?? value;
}

function escapeRecord(value: object): object {
  let changed = false;
  const entries = Object.entries(value);
  for (const entry of entries) {
    const [key, field] = entry;
    const escaped = escapeValue(field);
    const marked = key.charCodeAt(0) === MARK;
    if (escaped === field && !marked) continue;
    changed = true;
    if (marked) entry[0] = `$${key}`;
    entry[1] = escaped;
  }
  return changed ? Object.fromEntries(entries) : value;
}

function escapeTypedArray(value: TypedArray): object {
  const text = encodeBase64(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  return value instanceof Uint8Array ? { $bytes: text } : { [`$${value.constructor.name}`]: text };
}
