/**
 * A look at JSON bytes before they are parsed.
 *
 * Whether they are JSON is for the parser to say. This counts what it would
 * build, and finds out whether there is anything to unescape; it allocates
 * nothing.
 *
 * @module
 */

import { SessionError } from "./errors.ts";
import type { Limits } from "./limits.ts";

const QUOTE = 0x22;
const MARK = 0x24;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const UNDERSCORE = 0x5f;
const OPEN_OBJECT = 0x7b;
/** Stands for the colon behind the key of an escape. */
const ESCAPE = 0x100;
/** Stands for the opening of an object that is the content of an escape. */
const OPEN_CONTENT = 0x101;

const SPACE = 0;
const SCALAR = 1;
const STRING = 2;
const OPEN = 3;
const CLOSE = 4;
const SEPARATOR = 5;

/** What each byte is outside strings. */
const KINDS: Uint8Array = new Uint8Array(256).fill(SCALAR);
for (const [kind, characters] of [
  [SPACE, " \t\r\n"],
  [STRING, '"'],
  [OPEN, "[{"],
  [CLOSE, "]}"],
  [SEPARATOR, ",:"],
] as const) {
  for (const character of characters) KINDS[character.charCodeAt(0)] = kind;
}

/**
 * Checks the limits and says whether a key needs a second look: one that begins
 * with `$`, might be `__proto__`, or is written with escapes.
 *
 * An escape counts as the item it stands for. Throws `LIMIT_EXCEEDED`.
 */
export function scanJson(bytes: Uint8Array, limits: Pick<Limits, "maxDepth" | "maxItems">): boolean {
  return new JsonScanner(bytes, limits).run();
}

class JsonScanner {
  readonly #bytes: Uint8Array;
  readonly #maxDepth: number;
  readonly #maxItems: number;
  #position = 0;
  #depth = 0;
  #items = 0;
  /** The last bracket, comma or colon. */
  #previous = 0;
  /** Where the last string's content starts, and whether it has escapes. */
  #stringStart = 0;
  #stringEscaped = false;
  #special = false;

  constructor(bytes: Uint8Array, limits: Pick<Limits, "maxDepth" | "maxItems">) {
    this.#bytes = bytes;
    // An escape takes a level or two, and the batch's array another; the sender counts only what a user sees.
    this.#maxDepth = limits.maxDepth * 2 + 4;
    this.#maxItems = limits.maxItems;
  }

  run(): boolean {
    const bytes = this.#bytes;
    while (this.#position < bytes.length) {
      const byte = bytes[this.#position] ?? 0;
      this.#position += 1;
      const kind = KINDS[byte];
      if (kind === SCALAR) this.#scalar();
      else if (kind === STRING) this.#string();
      else if (kind !== SPACE) this.#structure(kind, byte);
    }
    if (this.#items > this.#maxItems) throw exceeded("maxItems", this.#maxItems);
    return this.#special;
  }

  #scalar(): void {
    const bytes = this.#bytes;
    let position = this.#position;
    while (position < bytes.length && KINDS[bytes[position] ?? 0] === SCALAR) position += 1;
    this.#position = position;
    this.#count();
  }

  /** Passes over a string; one that does not end goes to the end, and the parser refuses it. */
  #string(): void {
    const bytes = this.#bytes;
    let position = this.#position;
    this.#stringStart = position;
    this.#stringEscaped = false;
    for (let byte = bytes[position]; byte !== QUOTE && byte !== undefined; byte = bytes[position]) {
      if (byte === BACKSLASH) {
        this.#stringEscaped = true;
        position += 1;
      }
      position += 1;
    }
    this.#position = position + 1;
    this.#count();
  }

  #structure(kind: number | undefined, byte: number): void {
    if (kind === OPEN) this.#open(byte);
    else if (kind === CLOSE) this.#close(byte);
    else if (byte === COLON) this.#key();
    else this.#previous = byte;
  }

  #open(byte: number): void {
    this.#count();
    this.#depth += 1;
    if (this.#depth > this.#maxDepth) throw exceeded("maxDepth", (this.#maxDepth - 4) / 2);
    this.#previous = this.#previous === ESCAPE && byte === OPEN_OBJECT ? OPEN_CONTENT : byte;
  }

  #close(byte: number): void {
    this.#depth -= 1;
    this.#previous = byte;
  }

  /** Judges the string before a colon. */
  #key(): void {
    const first = this.#bytes[this.#stringStart];
    const second = this.#bytes[this.#stringStart + 1];
    const isFirst = this.#previous === OPEN_OBJECT;
    this.#previous = COLON;
    if (first === MARK || (first === UNDERSCORE && second === UNDERSCORE) || this.#stringEscaped) this.#special = true;
    // Neither the object nor the key of an escape is an item; its content is. An escape has no other key, and is not
    // the content of another one, so what is not counted stays a small multiple of what is.
    if (isFirst && first === MARK && second !== MARK) {
      this.#items -= 2;
      this.#previous = ESCAPE;
    }
  }

  #count(): void {
    this.#items += 1;
    // The object and the key of an escape are counted before they are known to be one.
    if (this.#items > this.#maxItems + 2) throw exceeded("maxItems", this.#maxItems);
  }
}

function exceeded(limit: string, value: number): SessionError {
  return new SessionError("LIMIT_EXCEEDED", `The far end sent a message beyond ${limit}, ${value}`);
}
