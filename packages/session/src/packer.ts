/**
 * Values on their way out: checked, copied and reduced to what the codec carries.
 *
 * A value is packed when it is handed over, so that changing it afterwards
 * changes nothing, and a value that does not cross rejects its own call instead
 * of the batch it would have travelled in.
 *
 * @module
 */

import { Tag as CborTag } from "cbor-x/index-no-eval";
import { type Outcome, SessionError } from "./errors.ts";
import { MAX_BIGINT_BYTES } from "./guard.ts";
import { FRAME_BYTES, type Limits } from "./limits.ts";
import { Tag } from "./message.ts";
import { className, MethodFinder } from "./methods.ts";
import { shortenError, type WireError, writeError } from "./remote-error.ts";
import { stringBytes } from "./text-bytes.ts";
import { isTypedArray, type TypedArray, typedArrayTag } from "./typed-array.ts";

/** A byte value that travels as a frame of its own, and the place that must name the frame. */
export interface LooseFrame {
  readonly bytes: Uint8Array;
  /** Names the frame once its number is known. */
  place(frame: number): void;
}

/** What packing a value found out about it. */
export interface PackReport {
  /** Never less than the bytes the value takes, its own frames included. */
  readonly bytes: number;
  readonly items: number;
  readonly frames: readonly LooseFrame[];
  readonly signals: readonly AbortSignal[];
}

/** How values are packed. */
export interface PackOptions {
  readonly limits: Pick<Limits, "maxDepth" | "maxItems" | "maxMessageBytes">;
  /** Whether errors cross with their stack traces. */
  readonly showStack: boolean;
}

/** Bytes that a number, a tag or a header takes at most. */
const HEAD_BYTES = 9;
/** What a frame's tag has in it: an array of two numbers. */
const FRAME_ITEMS = 3;
/** What an error has beside its own fields: an array of six. */
const ERROR_ITEMS = 8;
const NO_FRAMES: readonly LooseFrame[] = [];
const NO_SIGNALS: readonly AbortSignal[] = [];

/** Packs one value after another; the report is about the last one. */
export class Packer implements PackReport {
  readonly #options: PackOptions;
  #path: (string | number)[] = [];
  #ancestors: object[] = [];
  #allowSignals = false;
  readonly #methods = new MethodFinder();
  bytes = 0;
  items = 0;
  frames: readonly LooseFrame[] = NO_FRAMES;
  signals: readonly AbortSignal[] = NO_SIGNALS;

  constructor(options: PackOptions) {
    this.#options = options;
  }

  /** Packs a call's arguments, in which an AbortSignal may stand; its target is only counted. Throws `NOT_SERIALIZABLE` or `LIMIT_EXCEEDED`, naming the path. */
  packArguments(target: unknown, args: readonly unknown[]): readonly unknown[] {
    this.#start();
    this.#value(target);
    this.#allowSignals = true;
    const packed: unknown[] = [];
    for (let index = 0; index < args.length; index += 1) packed.push(this.#child(args[index], index));
    this.#finish();
    return packed;
  }

  /** Packs one value. Throws `NOT_SERIALIZABLE` or `LIMIT_EXCEEDED`, naming the path. */
  pack(value: unknown): unknown {
    this.#start();
    this.#allowSignals = false;
    const packed = this.#value(value);
    this.#finish();
    return packed;
  }

  /** Packs what was thrown; fields of it that do not cross are left out, so this never throws. */
  packError(thrown: unknown): WireError {
    this.#start();
    this.#allowSignals = false;
    if (typeof thrown === "object" && thrown !== null) this.#ancestors.push(thrown);
    const wire = this.#wireError(thrown);
    if (this.bytes <= this.#options.limits.maxMessageBytes) return wire;
    this.#start();
    return shortenError(wire);
  }

  #start(): void {
    this.bytes = 0;
    this.items = 0;
    this.frames = NO_FRAMES;
    this.signals = NO_SIGNALS;
    if (this.#path.length > 0) this.#path = [];
    if (this.#ancestors.length > 0) this.#ancestors = [];
  }

  #finish(): void {
    const { maxItems, maxMessageBytes } = this.#options.limits;
    if (this.items > maxItems) throw this.#exceeded("maxItems", maxItems);
    if (this.bytes > maxMessageBytes) throw this.#exceeded("maxMessageBytes", maxMessageBytes);
  }

  #value(value: unknown): unknown {
    this.items += 1;
    this.bytes += HEAD_BYTES;
    switch (typeof value) {
      case "number":
        return value === 0 && Object.is(value, -0) ? this.#negativeZero() : value;
      case "string":
        this.bytes += stringBytes(value);
        return value;
      case "bigint":
        return this.#bigint(value);
      case "object":
        return value === null ? null : this.#object(value);
      case "function":
      case "symbol":
        throw this.#refused(`a ${typeof value}`);
      default:
        return value;
    }
  }

  #negativeZero(): CborTag {
    this.items += 1;
    return new CborTag(0, Tag.NEGATIVE_ZERO);
  }

  #bigint(value: bigint): bigint {
    this.items += 1;
    const bytes = value.toString(16).length / 2;
    if (bytes > MAX_BIGINT_BYTES) throw this.#exceeded("bigint bytes", MAX_BIGINT_BYTES);
    this.bytes += bytes + HEAD_BYTES;
    return value;
  }

  #object(value: object): unknown {
    if (this.items > this.#options.limits.maxItems) throw this.#exceeded("maxItems", this.#options.limits.maxItems);
    if (this.#ancestors.length >= this.#options.limits.maxDepth) throw this.#tooDeep(value);
    this.#ancestors.push(value);
    const packed = this.#container(value);
    this.#ancestors.pop();
    return packed;
  }

  #container(value: object): unknown {
    if (Array.isArray(value)) return this.#array(value);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) return this.#record(value);
    // What follows takes a tag of its own, and a header behind it.
    this.items += 1;
    this.bytes += HEAD_BYTES;
    if (isTypedArray(value)) return this.#typedArray(value);
    if (value instanceof Map) return this.#map(value);
    if (value instanceof Set) return new Set(this.#array([...value]));
    if (value instanceof Date) return new Date(value);
    return this.#special(value);
  }

  /** Packs the rarer kinds, and instances of classes without methods as the data they are. */
  #special(value: object): unknown {
    if (value instanceof Error) return new CborTag(this.#wireError(value), Tag.ERROR);
    if (value instanceof AbortSignal) return this.#signal(value);
    if (value instanceof ArrayBuffer || value instanceof DataView) {
      throw this.#refused(`an ${value.constructor.name} (wrap it in a Uint8Array)`);
    }
    if (this.#methods.has(value)) throw this.#refused(`an instance of ${className(value)}, whose class has methods`);
    return this.#record(value);
  }

  #array(value: readonly unknown[]): unknown[] {
    this.#checkCount(value.length);
    const packed: unknown[] = [];
    for (let index = 0; index < value.length; index += 1) packed.push(this.#child(value[index], index));
    return packed;
  }

  /** Refuses by the count alone: walking an array with a billion holes would take for ever. */
  #checkCount(count: number): void {
    const { maxItems } = this.#options.limits;
    if (this.items + count > maxItems) throw this.#exceeded("maxItems", maxItems);
  }

  #record(value: object): Record<string, unknown> {
    const packed: Record<string, unknown> = {};
    for (const [key, field] of Object.entries(value)) {
      if (key === "__proto__") throw this.#refused("a key __proto__");
      this.bytes += HEAD_BYTES + stringBytes(key);
      this.items += 1;
      packed[key] = this.#child(field, key);
    }
    return packed;
  }

  #map(value: ReadonlyMap<unknown, unknown>): Map<unknown, unknown> {
    this.#checkCount(value.size);
    const packed = new Map<unknown, unknown>();
    let index = 0;
    for (const [key, entry] of value) {
      packed.set(
        this.#child(key, `key ${index}`),
        this.#child(entry, typeof key === "string" ? key : `value ${index}`),
      );
      index += 1;
    }
    return packed;
  }

  #child(value: unknown, key: string | number): unknown {
    // A number or a boolean cannot fail, so its place need not be remembered.
    if (typeof value !== "object" && typeof value !== "function" && typeof value !== "symbol")
      return this.#value(value);
    this.#path.push(key);
    const packed = this.#value(value);
    this.#path.pop();
    return packed;
  }

  #typedArray(value: TypedArray): unknown {
    this.bytes += value.byteLength;
    if (value.byteLength < FRAME_BYTES) return value instanceof Uint8Array ? new Uint8Array(value) : value.slice();
    this.items += FRAME_ITEMS;
    // Copied: it stays here until the far end has it, while its owner may go on writing.
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength).slice();
    const content: [frame: number, type: number | undefined] = [0, typedArrayTag(value)];
    const place = (frame: number): void => {
      content[0] = frame;
    };
    this.frames = [...this.frames, { bytes, place }];
    return new CborTag(content, Tag.FRAME);
  }

  #wireError(thrown: unknown): WireError {
    const wire = writeError(thrown, { showStack: this.#options.showStack, pack: (field) => this.#attempt(field) });
    const keys = Object.keys(wire[4]);
    this.items += ERROR_ITEMS + keys.length;
    this.bytes += ERROR_ITEMS * HEAD_BYTES;
    for (const text of [...keys, ...wire]) if (typeof text === "string") this.bytes += text.length * 3 + HEAD_BYTES;
    return wire;
  }

  /** Packs a part that may be left out: when it fails, nothing of it counts. */
  #attempt(value: unknown): unknown {
    const { bytes, items, frames, signals } = this;
    const depth = this.#path.length;
    const level = this.#ancestors.length;
    try {
      if (this.#ancestors.some((ancestor) => ancestor === value)) throw this.#refused("a cycle");
      // The record of an error's own fields is a level that no value stands for.
      this.#ancestors.push(this.#ancestors);
      const packed = this.#value(value);
      this.#ancestors.pop();
      this.#finish();
      return packed;
    } catch (error) {
      Object.assign(this, { bytes, items, frames, signals });
      this.#path.length = depth;
      this.#ancestors.length = level;
      throw error;
    }
  }

  #signal(signal: AbortSignal): unknown {
    if (!this.#allowSignals) throw this.#refused("an AbortSignal, which belongs to a call's arguments");
    this.signals = [...this.signals, signal];
    this.items += 2;
    return new CborTag([this.signals.length - 1, signal.aborted], Tag.SIGNAL);
  }

  #tooDeep(value: object): SessionError {
    if (this.#ancestors.includes(value)) return this.#refused("a reference to one of its own ancestors (a cycle)");
    return this.#exceeded("maxDepth", this.#options.limits.maxDepth);
  }

  #refused(what: string): SessionError {
    return new SessionError("NOT_SERIALIZABLE", `${this.#place()} is ${what}, which does not cross by value`, {
      outcome: this.#outcome(),
    });
  }

  #exceeded(limit: string, value: number): SessionError {
    const message = `${this.#place()} exceeds ${limit}, ${value}`;
    return new SessionError("LIMIT_EXCEEDED", message, { outcome: this.#outcome() });
  }

  /** A call whose arguments are refused never leaves; one whose result is refused has run. */
  #outcome(): Outcome | undefined {
    return this.#allowSignals ? "notSent" : undefined;
  }

  #place(): string {
    const path = this.#path.slice(0, 12).map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`));
    return path.length === 0 ? "The value" : `The value at ${path.join("")}${this.#path.length > 12 ? "…" : ""}`;
  }
}
