/**
 * Values on their way in: what the codec carried, back to what was sent.
 *
 * @module
 */

import type { Frames } from "@fourwire/transport";
import { Tag as CborTag } from "#cbor";
import { SessionError } from "./errors.ts";
import { Tag } from "./message.ts";
import type { ReferencePort } from "./references.ts";
import { type ErrorClasses, readError } from "./remote-error.ts";
import type { Streams } from "./streams.ts";
import { typedArrayOf } from "./typed-array.ts";

/** Finds or makes the signal that stands at an index of a call's arguments. */
export type SignalSource = (index: number, aborted: boolean) => AbortSignal;

/** Unpacks the values of one message that has tags of the session's own in it. */
export class Unpacker {
  readonly #frames: Frames;
  readonly #classes: ErrorClasses;
  readonly #streams: Pick<Streams, "accept">;

  readonly #references: ReferencePort | undefined;

  constructor(
    frames: Frames,
    classes: ErrorClasses,
    streams: Pick<Streams, "accept">,
    references: ReferencePort | undefined,
  ) {
    this.#streams = streams;
    this.#references = references;
    this.#frames = frames;
    this.#classes = classes;
  }

  /** Unpacks a value, which it may change in place. Throws `MALFORMED` when a tag's content is not what the tag promises. */
  unpack(value: unknown, signals?: SignalSource): unknown {
    if (typeof value !== "object" || value === null) return value;
    if (value instanceof CborTag) return this.#tagged(value, signals);
    if (Array.isArray(value)) return value.map((item) => this.unpack(item, signals));
    if (value instanceof Map) return this.#map(value, signals);
    if (value instanceof Set) return new Set([...value].map((item) => this.unpack(item, signals)));
    if (ArrayBuffer.isView(value) || value instanceof Date) return value;
    return this.#record(value, signals);
  }

  #map(value: ReadonlyMap<unknown, unknown>, signals?: SignalSource): Map<unknown, unknown> {
    return new Map([...value].map(([key, item]) => [this.unpack(key, signals), this.unpack(item, signals)]));
  }

  #record(value: object, signals?: SignalSource): object {
    for (const [key, field] of Object.entries(value)) {
      if (typeof field === "object" && field !== null) Reflect.set(value, key, this.unpack(field, signals));
    }
    return value;
  }

  #tagged(tag: CborTag, signals?: SignalSource): unknown {
    const content: unknown = tag.value;
    switch (tag.tag) {
      case Tag.NEGATIVE_ZERO:
        return -0;
      case Tag.FRAME:
        return this.#frame(content);
      case Tag.SIGNAL:
        return readSignal(content, signals);
      case Tag.ERROR:
        return readError(this.unpack(content), this.#classes) ?? refuse("an error");
      case Tag.STREAM:
        return this.#stream(content);
      case Tag.REFERENCE:
        return this.#reference(content);
      case Tag.HOME:
        return this.#home(content);
      default:
        throw new SessionError("MALFORMED", `The far end sent tag ${tag.tag}, which this version does not know`);
    }
  }

  #reference(content: unknown): object {
    const [reference, kind, token]: unknown[] = Array.isArray(content) ? content : [];
    if (!this.#references || !isCount(reference) || !isCount(kind)) return refuse("a reference");
    if (token === undefined) return this.#references.arrive(reference, kind);
    return isText(token) ? this.#references.arrive(reference, kind, token) : refuse("a reference");
  }

  #home(content: unknown): unknown {
    const [reference, ...path]: unknown[] = Array.isArray(content) ? content : [];
    if (!this.#references || !isCount(reference) || !path.every(isText)) return refuse("a reference");
    return this.#references.home(reference, path);
  }

  #stream(content: unknown): unknown {
    const [id, kind]: unknown[] = Array.isArray(content) ? content : [];
    return this.#streams.accept(id, kind);
  }

  #frame(content: unknown): unknown {
    const [number, type]: unknown[] = Array.isArray(content) ? content : [];
    const frame = typeof number === "number" && number > 0 ? this.#frames[number] : undefined;
    return (frame && typedArrayOf(type, frame)) ?? refuse("a frame");
  }
}

function readSignal(content: unknown, signals: SignalSource | undefined): AbortSignal {
  const [index, aborted]: unknown[] = Array.isArray(content) ? content : [];
  if (!signals || typeof index !== "number" || typeof aborted !== "boolean") return refuse("a signal");
  return signals(index, aborted);
}

function refuse(what: string): never {
  throw new SessionError("MALFORMED", `The far end sent ${what} that is not what its tag promises`);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
