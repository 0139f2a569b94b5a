/**
 * What may be reached on the built-in collections: a fixed table.
 *
 * @module
 */

/** The members of one kind of collection. */
interface CollectionMembers {
  readonly methods: ReadonlySet<string>;
  readonly properties: ReadonlySet<string>;
}

/** A built-in collection: plain data whose methods may be called. */
export type Collection =
  | ReadonlyMap<unknown, unknown>
  | ReadonlySet<unknown>
  | readonly unknown[]
  | Exclude<ArrayBufferView, DataView>;

const NO_NAMES: ReadonlySet<string> = new Set();
const LENGTH = new Set(["length"]);

const MAP: CollectionMembers = {
  methods: new Set(["get", "set", "has", "delete", "clear", "keys", "values", "entries"]),
  properties: new Set(["size"]),
};
const SET: CollectionMembers = {
  methods: new Set(["add", "has", "delete", "clear", "keys", "values", "entries"]),
  properties: new Set(["size"]),
};
const ARRAY: CollectionMembers = {
  methods: new Set([
    ...["at", "includes", "indexOf", "lastIndexOf", "slice", "concat", "join", "keys", "values", "entries"],
    ...["push", "pop", "shift", "unshift", "splice", "fill", "reverse", "toReversed", "with"],
  ]),
  properties: LENGTH,
};
const TYPED_ARRAY: CollectionMembers = {
  methods: new Set(["at", "includes", "indexOf", "lastIndexOf", "slice", "subarray", "join", "fill", "reverse", "set"]),
  properties: new Set(["length", "byteLength"]),
};
const NONE: CollectionMembers = { methods: NO_NAMES, properties: NO_NAMES };

/** Says whether a value is one of the collections in the table. */
export function isCollection(value: object): value is Collection {
  if (value instanceof Map || value instanceof Set || Array.isArray(value)) return true;
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

/** Lists what may be reached on a collection. */
export function collectionMembers(value: Collection): CollectionMembers {
  if (value instanceof Map) return MAP;
  if (value instanceof Set) return SET;
  if (Array.isArray(value)) return ARRAY;
  return ArrayBuffer.isView(value) ? TYPED_ARRAY : NONE;
}

/** Finds a method of a collection that is in the table and really the built-in one. */
export function collectionMethod(value: Collection, name: string): ((...args: unknown[]) => unknown) | undefined {
  if (!collectionMembers(value).methods.has(name)) return undefined;
  const method: unknown = Reflect.get(value, name);
  if (typeof method !== "function") return undefined;
  return (...args) => {
    const result: unknown = Reflect.apply(method, value, args);
    if (result === value) return undefined;
    // Iterators do not cross; what they would yield does.
    return isIterator(result) ? [...result] : result;
  };
}

/** Reads an index as an array takes it: digits without a leading zero. */
export function readIndex(name: string): number | undefined {
  return /^(0|[1-9]\d{0,9})$/.test(name) ? Number(name) : undefined;
}

function isIterator(value: unknown): value is Iterable<unknown> {
  return typeof value === "object" && value !== null && "next" in value && Symbol.iterator in value;
}
