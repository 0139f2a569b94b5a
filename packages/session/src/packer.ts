/**
 * Values on their way out: checked, copied and reduced to what the codec carries.
 *
 * A value is packed when it is handed over: changing it afterwards changes
 * nothing, large byte values apart, and one that does not cross rejects its own call only.
 *
 * @module
 */

import { Tag as CborTag } from "#cbor";
import { countLongBigints, MAX_BIGINT_BYTES, MAX_LONG_BIGINTS } from "./guard.ts";
import { isShared, LooseParts, looseReference, looseStream } from "./loose-parts.ts";
import { Tag } from "./message.ts";
import { className, MethodFinder } from "./methods.ts";
import { costOfError, FRAME_ITEMS, HEAD_BYTES } from "./pack-costs.ts";
import { bytesOf, type PackOptions, type PackReport } from "./pack-report.ts";
import { Trail } from "./pack-trail.ts";
import { shortenError, type WireError, writeError } from "./remote-error.ts";
import { asStreamable, type Streamable } from "./streamable.ts";
import { stringBytes } from "./text-bytes.ts";
import type { Metadata } from "./tracing.ts";
import { Transfer } from "./transfer.ts";
import { isTypedArray, type TypedArray } from "./typed-array.ts";

/** Packs one value after another; the report is about the last one. */
export class Packer extends LooseParts implements PackReport {
  readonly #options: PackOptions;
  readonly #trail = new Trail();
  #allowSignals = false;
  /** An error's fields hold no streams: whoever catches it would have to read them. */
  #allowStreams = false;
  readonly #methods = new MethodFinder();
  readonly #inTransfer = ({ value, isSpent }: Transfer): unknown =>
    isSpent ? this.#refuse("what was transferred already") : this.#value(value);
  bytes = 0;
  items = 0;

  constructor(options: PackOptions) {
    super();
    this.#options = options;
  }

  /** Packs a call's arguments, in which an AbortSignal may stand; its target and metadata are only counted. Throws as `pack`. */
  packArguments(target: unknown, args: readonly unknown[], metadata?: Metadata): readonly unknown[] {
    this.#start();
    this.#value(target);
    if (metadata) this.#value(metadata);
    this.#allow(true, true);
    const packed: unknown[] = [];
    for (let index = 0; index < args.length; index += 1) packed.push(this.#child(args[index], index));
    this.bytes = this.#measure([target, packed, metadata]);
    return packed;
  }

  /** Packs one value. Throws `NOT_SERIALIZABLE` or `LIMIT_EXCEEDED`, naming the path. */
  pack(value: unknown): unknown {
    this.#start();
    this.#allow(false, true);
    const packed = this.#value(value);
    this.bytes = this.#measure(packed);
    return packed;
  }

  /** Packs what was thrown; fields of it that do not cross are left out, so this never throws. */
  packError(thrown: unknown): WireError {
    this.#start();
    this.#allow(false, false);
    if (typeof thrown === "object" && thrown !== null) this.#trail.enter(thrown);
    const wire = this.#wireError(thrown);
    this.bytes = bytesOf(wire, this, this.#options);
    if (this.bytes <= this.#options.limits.maxMessageBytes) return wire;
    this.#start();
    return shortenError(wire);
  }

  #start(): void {
    this.bytes = 0;
    this.items = 0;
    this.clearParts();
    this.#trail.restart(undefined);
  }

  #allow(signals: boolean, streams: boolean): void {
    [this.#allowSignals, this.#allowStreams] = [signals, streams];
    this.#trail.outcome = signals ? "notSent" : undefined;
  }

  #measure(packed: unknown): number {
    const { maxItems, maxMessageBytes } = this.#options.limits;
    if (this.items > maxItems) throw this.#trail.exceeded("maxItems", maxItems);
    const bytes = bytesOf(packed, this, this.#options);
    if (bytes > maxMessageBytes) throw this.#trail.exceeded("maxMessageBytes", maxMessageBytes);
    return bytes;
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
        return this.#reference(value, true) ?? this.#refuse("a function");
      case "symbol":
        return this.#refuse("a symbol");
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
    const bytes = Math.ceil(value.toString(16).length / 2);
    if (bytes > MAX_BIGINT_BYTES) throw this.#trail.exceeded("bigint bytes", MAX_BIGINT_BYTES);
    this.bytes += bytes + HEAD_BYTES;
    return value;
  }

  #object(value: object): unknown {
    const { maxItems, maxDepth } = this.#options.limits;
    if (this.items > maxItems) throw this.#trail.exceeded("maxItems", maxItems);
    if (this.#trail.depth >= maxDepth) throw this.#trail.tooDeep(value, maxDepth);
    this.#trail.enter(value);
    const packed = this.#container(value);
    this.#trail.leave();
    return packed;
  }

  #container(value: object): unknown {
    if (Array.isArray(value)) return this.#array(value);
    const prototype: unknown = Object.getPrototypeOf(value);
    const plain = prototype === Object.prototype || prototype === null;
    if (plain && !(Symbol.asyncIterator in value)) return this.#record(value);
    // What follows takes a tag of its own, and a header behind it.
    this.items += 1;
    this.bytes += HEAD_BYTES;
    if (isTypedArray(value)) return this.#typedArray(value);
    if (value instanceof Map) return this.#map(value);
    if (value instanceof Set) return this.#set(value);
    if (value instanceof Date) return new Date(value);
    return this.#special(value);
  }

  /** Packs the rarer kinds, and instances of classes without methods as the data they are. */
  #special(value: object): unknown {
    if (value instanceof Error) return new CborTag(this.#wireError(value), Tag.ERROR);
    if (value instanceof Transfer) return this.packTransfer(value, this.#inTransfer);
    if (value instanceof AbortSignal) return this.#signal(value);
    if (value instanceof ArrayBuffer || value instanceof DataView) {
      throw this.#trail.refused(`an ${value.constructor.name} (wrap it in a Uint8Array)`);
    }
    const streamable = asStreamable(value);
    if (streamable) return this.#stream(streamable);
    const hasMethods = this.#methods.has(value);
    const reference = this.#reference(value, hasMethods);
    if (reference) return reference;
    if (hasMethods) this.#refuse(`an instance of ${className(value)}, whose class has methods`);
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
    if (this.items + count > maxItems) throw this.#trail.exceeded("maxItems", maxItems);
  }

  #record(value: object): Record<string, unknown> {
    const packed: Record<string, unknown> = {};
    for (const [key, field] of Object.entries(value)) {
      if (key === "__proto__") throw this.#trail.refused("a key __proto__");
      this.bytes += HEAD_BYTES + stringBytes(key);
      this.items += 1;
      packed[key] = this.#child(field, key);
    }
    return packed;
  }

  #set(value: ReadonlySet<unknown>): Set<unknown> {
    this.#checkMembers(value);
    return new Set(this.#array([...value]));
  }

  /** Refuses what the far end's engine would take far too long to find again. */
  #checkMembers(members: Iterable<unknown>): void {
    const most = MAX_LONG_BIGINTS;
    if (countLongBigints(members) > most) throw this.#trail.exceeded("long bigints in one Set or Map", most);
  }

  #map(value: ReadonlyMap<unknown, unknown>): Map<unknown, unknown> {
    this.#checkCount(value.size);
    this.#checkMembers(value.keys());
    const packed = new Map<unknown, unknown>();
    let index = 0;
    for (const [key, entry] of value) {
      const name = typeof key === "string" ? key : `value ${index}`;
      packed.set(this.#child(key, `key ${index}`), this.#child(entry, name));
      index += 1;
    }
    return packed;
  }

  #child(value: unknown, key: string | number): unknown {
    // A number or a boolean cannot fail, so its place need not be remembered.
    if (typeof value !== "object" && typeof value !== "function" && typeof value !== "symbol")
      return this.#value(value);
    this.#trail.step(key);
    const packed = this.#value(value);
    this.#trail.back();
    return packed;
  }

  #typedArray(value: TypedArray): unknown {
    if (isShared(value) && !this.#options.shares) this.#refuse("shared memory, which only threads have in common");
    this.bytes += value.byteLength;
    const frame = this.frameOf(value);
    if (!frame) return value instanceof Uint8Array ? new Uint8Array(value) : value.slice();
    this.items += FRAME_ITEMS;
    this.frames.push(frame.part);
    return frame.tag;
  }

  #wireError(thrown: unknown): WireError {
    const wire = writeError(thrown, { showStack: this.#options.showStack, pack: (field) => this.#attempt(field) });
    const { items, bytes } = costOfError(wire);
    this.items += items;
    this.bytes += bytes;
    return wire;
  }

  /** Packs a part that may be left out: when it fails, nothing of it counts. */
  #attempt(value: unknown): unknown {
    const { bytes, items } = this;
    const takeBack = this.markParts();
    const comeBack = this.#trail.mark();
    try {
      if (this.#trail.isInside(value)) throw this.#trail.refused("a cycle");
      // The record of an error's own fields is a level that no value stands for.
      this.#trail.enter(this.#trail);
      const packed = this.#value(value);
      this.#trail.leave();
      this.#measure(packed);
      return packed;
    } catch (error) {
      Object.assign(this, { bytes, items });
      takeBack();
      comeBack();
      throw error;
    }
  }

  #refuse(what: string): never {
    throw this.#trail.refused(what);
  }

  /** Packs what the feature above lets cross by reference; nothing for anything else. */
  #reference(value: object, hasMethods: boolean): unknown {
    const port = this.#allowStreams ? this.#options.references : undefined;
    const found = port?.pack(value, hasMethods, this.references.length);
    if (!found) return undefined;
    const { part, tag } = looseReference(found);
    if (part) this.references.push(part);
    this.items += 3;
    if ("token" in found && found.token !== undefined) this.#value(found.token);
    return tag;
  }

  #stream(streamable: Streamable): unknown {
    if (!this.#allowStreams) throw this.#trail.refused("a stream in an error");
    const { part, tag } = looseStream(streamable);
    this.streams.push(part);
    this.items += 2;
    return tag;
  }

  #signal(signal: AbortSignal): unknown {
    if (!this.#allowSignals) throw this.#trail.refused("an AbortSignal, which belongs to a call's arguments");
    this.signals.push(signal);
    this.items += 2;
    return new CborTag([this.signals.length - 1, signal.aborted], Tag.SIGNAL);
  }
}
