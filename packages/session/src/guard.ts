/**
 * A look at CBOR bytes before they are decoded.
 *
 * The decoder allocates what the bytes claim and recurses as deep as they say.
 * This scan allocates nothing, so that hostile bytes cost no more than their
 * length.
 *
 * @module
 */

import { SessionError } from "./errors.ts";
import type { Limits } from "./limits.ts";
import { TAG_RANGE } from "./message.ts";
import { TYPED_ARRAY_TAGS } from "./typed-array.ts";

/** The largest integer beyond 64 bits, in bytes: decoding one takes time that grows with the square of its length. */
export const MAX_BIGINT_BYTES = 1024;

/**
 * The most integers beyond 64 bits among the members of one Set or the keys of
 * one Map: engines find them by their lowest 64 bits only, so that finding one
 * among many that end alike takes time that grows with their number.
 */
export const MAX_LONG_BIGINTS = 256;
/** The bytes of an integer of 64 bits. */
const LONG_BYTES = 8;
/** The largest integer of 64 bits, below which one is found at once. */
const LAST_SHORT = 2n ** 64n - 1n;

const BYTES = 1 << 2;
const NUMBERS = (1 << 0) | (1 << 1) | (1 << 7);
const ARRAY = 1 << 4;
const MAP = 1 << 5;
const ANYTHING = 0xff;
const SET = 258;
const MAP_TAG = 259;

/** The standard tags that may appear, and the major types that may follow each. */
const ALLOWED_TAGS: ReadonlyMap<number, number> = new Map([
  [1, NUMBERS],
  [2, BYTES],
  [3, BYTES],
  [SET, ARRAY],
  [MAP_TAG, MAP],
  ...TYPED_ARRAY_TAGS.map((tag): [number, number] => [tag, BYTES]),
]);

/**
 * Checks that the bytes are exactly one well-formed CBOR item within the limits
 * and says whether one of the session's own tags is in it.
 *
 * Throws `MALFORMED` or `LIMIT_EXCEEDED`.
 */
export function scan(bytes: Uint8Array, limits: Pick<Limits, "maxDepth" | "maxItems">): boolean {
  return new Scanner(bytes, limits).run();
}

class Scanner {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  readonly #maxDepth: number;
  readonly #maxItems: number;
  /** The items still to come at each level of nesting. */
  readonly #remaining: number[] = [1];
  /** The long integers so far at each level that is a Set or a Map; -1 at the others. */
  readonly #longBigints: number[] = [-1];
  /** Whether a level is a Map, where every other item is a key. */
  readonly #isMap: boolean[] = [false];
  #depth = 0;
  #position = 0;
  #items = 0;
  /** The major types that may come next, as bits. */
  #expected = ANYTHING;
  /** The tag whose content comes next, 0 for none. */
  #tag = 0;
  #ownTags = false;

  constructor(bytes: Uint8Array, limits: Pick<Limits, "maxDepth" | "maxItems">) {
    this.#bytes = bytes;
    this.#end = bytes.byteLength;
    // A tag is a level of its own here, and the batch's array another; the sender counts only what a user sees.
    this.#maxDepth = limits.maxDepth * 2 + 4;
    this.#maxItems = limits.maxItems;
  }

  run(): boolean {
    const remaining = this.#remaining;
    while (this.#depth >= 0) {
      const left = remaining[this.#depth];
      if (left === undefined || left === 0) {
        this.#depth -= 1;
      } else {
        remaining[this.#depth] = left - 1;
        this.#item();
      }
    }
    if (this.#position !== this.#end) throw malformed(`${this.#end - this.#position} bytes follow the message`);
    return this.#ownTags;
  }

  #item(): void {
    this.#items += 1;
    if (this.#items > this.#maxItems) throw exceeded("maxItems", this.#maxItems);
    if (this.#position >= this.#end) throw malformed("it is truncated");
    const head = this.#bytes[this.#position] ?? 0;
    this.#position += 1;
    const major = head >> 5;
    const info = head & 31;
    if (this.#expected !== ANYTHING) this.#checkExpected(major);
    if (major === 7) this.#simple(info);
    else if (major > 1) this.#sized(major, info < 24 ? info : this.#argument(info));
    else if (info >= 24) this.#argument(info);
  }

  /** Handles everything whose argument is a length, a count or a tag. */
  #sized(major: number, argument: number): void {
    if (major <= 3) this.#skip(argument);
    else if (major === 4) this.#nest(argument);
    else if (major === 5) this.#nest(argument * 2);
    else this.#tagged(argument);
  }

  #checkExpected(major: number): void {
    if (((this.#expected >> major) & 1) === 0) throw malformed(`tag ${this.#tag} has content of major type ${major}`);
    this.#expected = ANYTHING;
  }

  #argument(info: number): number {
    if (info > 27) throw malformed(`additional information ${info} is not allowed`);
    const start = this.#position;
    this.#advance(1 << (info - 24));
    let value = 0;
    for (let index = start; index < this.#position; index += 1) value = value * 256 + (this.#bytes[index] ?? 0);
    return value;
  }

  #skip(count: number): void {
    if ((this.#tag === 2 || this.#tag === 3) && count > LONG_BYTES) this.#longBigint(count);
    this.#tag = 0;
    this.#advance(count);
  }

  #longBigint(count: number): void {
    if (count > MAX_BIGINT_BYTES) throw exceeded("bigint bytes", MAX_BIGINT_BYTES);
    // Its tag is a level of its own; what it is a member of is the one above.
    const level = this.#depth - 1;
    const before = this.#longBigints[level] ?? -1;
    const isValue = this.#isMap[level] === true && (this.#remaining[level] ?? 0) % 2 === 0;
    if (before < 0 || isValue) return;
    if (before === MAX_LONG_BIGINTS) throw exceeded("long bigints in one Set or Map", MAX_LONG_BIGINTS);
    this.#longBigints[level] = before + 1;
  }

  #advance(count: number): void {
    if (count > this.#end - this.#position) throw malformed(`a length of ${count} goes past its end`);
    this.#position += count;
  }

  #nest(count: number): void {
    const tag = this.#tag;
    this.#tag = 0;
    // Every item takes a byte at least, so a larger count is a lie.
    if (count > this.#end - this.#position) throw malformed(`a count of ${count} goes past its end`);
    this.#depth += 1;
    if (this.#depth > this.#maxDepth) throw exceeded("maxDepth", (this.#maxDepth - 4) / 2);
    this.#remaining[this.#depth] = count;
    this.#longBigints[this.#depth] = tag === SET || tag === MAP_TAG ? 0 : -1;
    this.#isMap[this.#depth] = tag === MAP_TAG;
  }

  #tagged(tag: number): void {
    if (tag >= TAG_RANGE.first && tag <= TAG_RANGE.last) {
      this.#ownTags = true;
      this.#nest(1);
      return;
    }
    const expected = ALLOWED_TAGS.get(tag);
    if (expected === undefined) throw malformed(`tag ${tag} is not allowed`);
    this.#nest(1);
    this.#expected = expected;
    this.#tag = tag;
  }

  #simple(info: number): void {
    if (info >= 20 && info <= 23) return;
    if (info < 25 || info > 27) throw malformed(`simple value ${info} is not allowed`);
    this.#advance(1 << (info - 24));
  }
}

/** Counts the integers beyond 64 bits among the members of a Set or the keys of a Map. */
export function countLongBigints(members: Iterable<unknown>): number {
  let count = 0;
  for (const member of members) {
    if (typeof member === "bigint" && (member > LAST_SHORT || member < -LAST_SHORT)) count += 1;
  }
  return count;
}

function malformed(what: string): SessionError {
  return new SessionError("MALFORMED", `The far end sent a message that is not allowed: ${what}`);
}

function exceeded(limit: string, value: number): SessionError {
  return new SessionError("LIMIT_EXCEEDED", `The far end sent a message beyond ${limit}, ${value}`);
}
