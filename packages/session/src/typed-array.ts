/**
 * Typed arrays and their CBOR tags (RFC 8746, little-endian).
 *
 * @module
 */

/** A view of bytes that crosses as itself. */
export type TypedArray =
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

interface TypedArrayClass {
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): TypedArray;
  readonly BYTES_PER_ELEMENT: number;
  readonly name: string;
}

const CLASSES: readonly (readonly [tag: number, type: TypedArrayClass])[] = [
  [64, Uint8Array],
  [68, Uint8ClampedArray],
  [69, Uint16Array],
  [70, Uint32Array],
  [71, BigUint64Array],
  [72, Int8Array],
  [77, Int16Array],
  [78, Int32Array],
  [79, BigInt64Array],
  [85, Float32Array],
  [86, Float64Array],
];

const CLASS_BY_TAG: ReadonlyMap<number, TypedArrayClass> = new Map(CLASSES);
const TAG_BY_NAME: ReadonlyMap<string, number> = new Map(CLASSES.map(([tag, type]) => [type.name, tag]));

/** The tags of typed arrays. */
export const TYPED_ARRAY_TAGS: readonly number[] = CLASSES.map(([tag]) => tag);

/** Says whether a value is a typed array of a kind that crosses: every kind but `DataView` and `Float16Array`. */
export function isTypedArray(value: object): value is TypedArray {
  return ArrayBuffer.isView(value) && typedArrayTag(value) !== undefined;
}

/** Finds the CBOR tag of a view; a Node `Buffer` counts as the `Uint8Array` it is. */
export function typedArrayTag(value: ArrayBufferView): number | undefined {
  if (value instanceof Uint8Array) return 64;
  return TAG_BY_NAME.get(value.constructor.name);
}

/**
 * Makes the typed array of a tag over received bytes, without a copy where
 * their alignment allows.
 *
 * Returns `undefined` for a tag or a length that does not fit.
 */
export function typedArrayOf(tag: unknown, bytes: Uint8Array): TypedArray | undefined {
  const type = typeof tag === "number" ? CLASS_BY_TAG.get(tag) : undefined;
  if (!type || bytes.byteLength % type.BYTES_PER_ELEMENT !== 0) return undefined;
  const aligned = bytes.byteOffset % type.BYTES_PER_ELEMENT === 0;
  const source = aligned ? bytes : bytes.slice();
  return new type(source.buffer, source.byteOffset, source.byteLength / type.BYTES_PER_ELEMENT);
}
