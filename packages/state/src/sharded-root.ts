/**
 * The members of a namespace in groups, so that a draft of some of them copies
 * little, however many there are.
 *
 * @module
 */

import type { Segment } from "./path.ts";

/** The values in groups: by the name of the group, by key. */
export type Shards = Readonly<Record<string, Record<string, unknown>>>;

/** The number of groups: a draft copies their list, and the groups that it changes. */
const SHARDS = 128;

/** The values of a namespace by key, and again in groups. */
export class ShardedRoot extends Map<string, unknown> {
  readonly #shards: Shards = Object.fromEntries(Array.from({ length: SHARDS }, (_, index) => [`shard-${index}`, {}]));

  constructor(values: ReadonlyMap<string, unknown>) {
    super();
    for (const [key, value] of values) this.set(key, value);
  }

  /** The groups as they are now: only for reading, and only until the next change. */
  get shards(): Shards {
    return this.#shards;
  }

  override set(key: string, value: unknown): this {
    shardIn(this.#shards, key)[key] = value;
    return super.set(key, value);
  }

  override delete(key: string): boolean {
    delete shardIn(this.#shards, key)[key];
    return super.delete(key);
  }
}

/** Makes a draft of groups look like one of an object with all keys, in the order of the namespace. */
export function joinShards(draft: Shards, root: ReadonlyMap<string, unknown>): Record<string, unknown> {
  const added = new Set<string>();
  const isThere = (key: string | symbol): key is string =>
    typeof key === "string" && Object.hasOwn(shardIn(draft, key), key);
  const get = (key: string): unknown => shardIn(draft, key)[key];
  const target: Record<string, unknown> = {};
  return new Proxy(target, {
    get: (_, key) => (isThere(key) ? get(key) : Reflect.get(target, key)),
    has: (_, key) => isThere(key) || Reflect.has(target, key),
    set(_, key, value) {
      if (typeof key !== "string") return false;
      if (!root.has(key)) added.add(key);
      shardIn(draft, key)[key] = value;
      return true;
    },
    deleteProperty(_, key) {
      if (isThere(key)) delete shardIn(draft, key)[key];
      return true;
    },
    ownKeys: () => [...root.keys(), ...added].filter(isThere),
    getOwnPropertyDescriptor: (_, key) =>
      isThere(key) ? { value: get(key), writable: true, enumerable: true, configurable: true } : undefined,
    defineProperty: () => false,
    setPrototypeOf: () => false,
  });
}

/** Takes the group out of a path within groups. */
export function withoutShard([, ...path]: readonly Segment[]): readonly Segment[] {
  return path;
}

/** Finds the group of a key. */
function shardIn(shards: Shards, key: string): Record<string, unknown> {
  let hash = 0;
  for (let index = 0; index < key.length; index += 1) hash = (hash * 31 + key.charCodeAt(index)) | 0;
  const shard = shards[`shard-${(hash >>> 0) % SHARDS}`];
  if (!shard) throw new Error("Every key has a group");
  return shard;
}
