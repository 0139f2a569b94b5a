/**
 * What JSON says, back to the values it stands for.
 *
 * @module
 */

import { Tag as CborTag } from "#cbor";
import { SessionError } from "./errors.ts";
import { countLongBigints, MAX_BIGINT_BYTES, MAX_LONG_BIGINTS } from "./guard.ts";
import { decodeBase64 } from "./json-base64.ts";
import { TAG_RANGE } from "./message.ts";
import { TYPED_ARRAY_TAGS, typedArrayOf } from "./typed-array.ts";

/** The first character of a key that means something other than itself. */
const MARK = 0x24;

/** The constants that JSON has no word for. */
const CONSTANTS: ReadonlyMap<unknown, unknown> = new Map<unknown, unknown>([
  ["undefined", undefined],
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
]);

/** The tags of typed arrays by the kind that escapes name them with. */
const TYPED_ARRAYS: ReadonlyMap<string, number> = new Map(
  TYPED_ARRAY_TAGS.map((tag) => {
    const name = typedArrayOf(tag, new Uint8Array())?.constructor.name ?? "";
    return [name === "Uint8Array" ? "bytes" : name, tag];
  }),
);

const INTEGER = /^(?:0|-?[1-9]\d*)$/;
/** The decimal digits of the largest integer that is read. */
const MAX_BIGINT_DIGITS = Math.ceil(MAX_BIGINT_BYTES * 8 * Math.log10(2));
/** The time of the last and, negated, of the first moment a Date can be. */
const LAST_DATE_MS = 8.64e15;

/** Reads the escapes of one message. */
export class EscapeReader {
  /** Whether one of the session's own tags was among them. */
  tagged = false;

  /** Reads a parsed value, which it may change in place. Throws `MALFORMED` for an escape that is none, or `LIMIT_EXCEEDED`. */
  read(value: unknown): unknown {
    if (typeof value !== "object" || value === null) return value;
    if (!Array.isArray(value)) return this.#record(value);
    for (let index = 0; index < value.length; index += 1) value[index] = this.read(value[index]);
    return value;
  }

  #record(value: object): unknown {
    const keys = Object.keys(value);
    let renamed = false;
    for (const key of keys) {
      if (key.charCodeAt(0) === MARK) {
        if (key.charCodeAt(1) !== MARK) return this.#escape(key.slice(1), Reflect.get(value, key), keys.length);
        renamed = true;
      }
      this.#field(value, key);
    }
    return renamed ? renameFields(value) : value;
  }

  #field(record: object, key: string): void {
    if (key === "__proto__") throw malformed("a key __proto__");
    const field: unknown = Reflect.get(record, key);
    if (typeof field === "object" && field !== null) Reflect.set(record, key, this.read(field));
  }

  #escape(kind: string, content: unknown, keys: number): unknown {
    if (keys !== 1) throw malformed(`an escape $${kind.slice(0, 20)} beside other keys`);
    switch (kind) {
      case "":
        return readConstant(content);
      case "bigint":
        return readBigint(content);
      case "date":
        return readDate(content);
      case "map":
        return this.#map(content);
      case "set":
        return new Set(readMembers(this.#items(kind, content)));
      default:
        return readTypedArray(kind, content) ?? this.#tag(kind, content);
    }
  }

  #items(kind: string, content: unknown): unknown[] {
    if (!Array.isArray(content)) throw wrongContent(kind);
    this.read(content);
    return content;
  }

  #map(content: unknown): Map<unknown, unknown> {
    const items = this.#items("map", content);
    if (items.length % 2 !== 0) throw wrongContent("map");
    const keys = readMembers(items.filter((_, index) => index % 2 === 0));
    return new Map(keys.map((key, index) => [key, items[index * 2 + 1]]));
  }

  #tag(kind: string, content: unknown): CborTag {
    const tag = INTEGER.test(kind) ? Number(kind) : 0;
    if (!(tag >= TAG_RANGE.first && tag <= TAG_RANGE.last)) throw malformed(`an escape $${kind.slice(0, 20)}`);
    this.tagged = true;
    return new CborTag(this.read(content), tag);
  }
}

/** Takes the second mark from the keys that have two. */
function renameFields(record: object): object {
  const entries = Object.entries(record);
  return Object.fromEntries(entries.map(([key, field]) => [key.charCodeAt(0) === MARK ? key.slice(1) : key, field]));
}

function readConstant(content: unknown): unknown {
  if (!CONSTANTS.has(content)) throw wrongContent("");
  return CONSTANTS.get(content);
}

function readBigint(content: unknown): bigint {
  if (typeof content !== "string") throw wrongContent("bigint");
  // One more for the sign. Longer digits are not even looked at.
  if (content.length > MAX_BIGINT_DIGITS + 1) throw exceeded("bigint bytes", MAX_BIGINT_BYTES);
  if (!INTEGER.test(content)) throw wrongContent("bigint");
  return BigInt(content);
}

function readDate(content: unknown): Date {
  if (content === null) return new Date(Number.NaN);
  if (!Number.isInteger(content) || Math.abs(Number(content)) > LAST_DATE_MS) throw wrongContent("date");
  return new Date(Number(content));
}

function readTypedArray(kind: string, content: unknown): unknown {
  const tag = TYPED_ARRAYS.get(kind);
  if (tag === undefined) return undefined;
  const bytes = typeof content === "string" ? decodeBase64(content) : undefined;
  const array = bytes && typedArrayOf(tag, bytes);
  if (!array) throw wrongContent(kind);
  return array;
}

/** Refuses what would take time that grows with the square of its length. */
function readMembers(members: readonly unknown[]): readonly unknown[] {
  if (countLongBigints(members) > MAX_LONG_BIGINTS) throw exceeded("long bigints in one Set or Map", MAX_LONG_BIGINTS);
  return members;
}

function wrongContent(kind: string): SessionError {
  return malformed(`an escape $${kind} with content that it cannot have`);
}

function malformed(what: string): SessionError {
  return new SessionError("MALFORMED", `The far end sent a message that is not allowed: ${what}`);
}

function exceeded(limit: string, value: number): SessionError {
  return new SessionError("LIMIT_EXCEEDED", `The far end sent a message beyond ${limit}, ${value}`);
}
