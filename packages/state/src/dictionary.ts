/**
 * What a state and a dictionary have in common.
 *
 * @module
 */

import type { Snapshot } from "./changes.ts";
import type { Link } from "./link.ts";
import { OperationKind } from "./operation.ts";
import { Request } from "./protocol.ts";
import { readValues } from "./replies.ts";
import { StateNode } from "./state-node.ts";
import type { GetOptions, RequestOptions, SetOptions, WriteOptions } from "./state-options.ts";
import type { Key, View } from "./types.ts";

/** The values of a namespace by key. Each method is one request, and sees one revision. */
export class Dictionary<Shape extends object> {
  readonly #link: Link;

  constructor(link: Link) {
    this.#link = link;
  }

  /** Reads the value of a key; `undefined`, or what the options say, when it is missing. */
  get<Name extends Key<Shape>, Default = undefined>(
    key: Name,
    options?: GetOptions<Default>,
  ): Promise<Shape[Name] | Default | undefined> {
    return this.#node(key).get(options);
  }

  /** Sets the value of a key. Resolves when it is kept; rejects with `SCHEMA`. */
  set<Name extends Key<Shape>>(key: Name, value: Shape[Name], options?: SetOptions): Promise<void> {
    return this.#node(key).set(value, options);
  }

  /** Deletes a key and says whether it was there. */
  delete(key: Key<Shape>, options?: WriteOptions): Promise<boolean> {
    return this.#node(key).delete(options);
  }

  /** Deletes a key and resolves with its value; `undefined` when it was missing. */
  take<Name extends Key<Shape>>(key: Name, options?: WriteOptions): Promise<Shape[Name] | undefined> {
    return this.#node(key).take(options);
  }

  /** Says whether a key is there. */
  has(key: Key<Shape>, options?: RequestOptions): Promise<boolean> {
    return this.#node(key).has(options);
  }

  /** Lists the keys. */
  async keys(options?: RequestOptions): Promise<readonly string[]> {
    const [, keys] = await this.#link.read(Request.MEMBERS, [], options);
    return Array.isArray(keys) ? keys.map(String) : [];
  }

  /** Counts the keys. */
  async size(options?: RequestOptions): Promise<number> {
    return (await this.keys(options)).length;
  }

  /** Lists the values, of one revision. */
  async values(options?: RequestOptions): Promise<readonly View<Shape[Key<Shape>]>[]> {
    return (await this.entries(options)).map(([, value]) => value);
  }

  /** Lists keys and values, of one revision. */
  async entries(options?: RequestOptions): Promise<readonly (readonly [Key<Shape>, View<Shape[Key<Shape>]>])[]> {
    const { value } = await this.snapshot(options);
    return Object.entries(value) as [Key<Shape>, View<Shape[Key<Shape>]>][];
  }

  /** Reads everything, as it is at one revision. */
  snapshot(options?: RequestOptions): Promise<Snapshot<View<Shape>>> {
    return this.#snapshot(undefined, options);
  }

  /** Reads everything, as it was at a revision. Rejects with `COMPACTED` when the log does not reach back that far. */
  atRevision(revision: number, options?: RequestOptions): Promise<Snapshot<View<Shape>>> {
    return this.#snapshot(revision, options);
  }

  /** Deletes every key. */
  clear(options?: WriteOptions): Promise<void> {
    return this.#link.put([OperationKind.CLEAR, []], options);
  }

  /** Sets some keys at once. */
  merge(fields: Partial<Shape>, options?: WriteOptions): Promise<void> {
    return this.#link.put([OperationKind.MERGE, [], fields], options);
  }

  /** Makes these the only keys. What stays the same is no change. */
  replace(fields: Shape, options?: WriteOptions): Promise<void> {
    return this.#link.put([OperationKind.REPLACE, [], fields], options);
  }

  /** Adds to a number or a bigint, from 0 when nothing is there, and resolves with the sum. Never conflicts. */
  increment<Name extends Key<Shape>>(
    key: Name,
    by?: number & Shape[Name],
    options?: WriteOptions,
  ): Promise<Shape[Name]> {
    return this.#node(key).increment(by, options);
  }

  /** Adds to the end of a list, which comes into being when nothing is there, and resolves with its length. Never conflicts. */
  append<Name extends Key<Shape>>(
    key: Name,
    ...values: Shape[Name] extends readonly (infer Item)[] ? readonly Item[] : readonly never[]
  ): Promise<number> {
    return this.#node(key).append(...values);
  }

  /** Sets a key if its value is deeply equal to the expected one, `undefined` for missing; says whether it did. */
  compareAndSet<Name extends Key<Shape>>(
    key: Name,
    expected: Shape[Name] | undefined,
    value: Shape[Name],
    options?: WriteOptions,
  ): Promise<boolean> {
    return this.#node(key).compareAndSet(expected, value, options);
  }

  #node<Name extends Key<Shape>>(key: Name): StateNode<Shape[Name]> {
    return new StateNode(this.#link, [key]);
  }

  async #snapshot(at: number | undefined, options?: RequestOptions): Promise<Snapshot<View<Shape>>> {
    const { revision, epoch, values } = await fetchValues(this.#link, { revision: at, options });
    // The caller says what is there; a schema at the authority holds them to it.
    return { kind: "snapshot", revision, epoch, value: values as View<Shape> };
  }
}

/** Which values are fetched. */
interface FetchRequest {
  /** At which revision. Default: now. */
  readonly revision?: number | undefined;
  /** Of which keys. Default: all. */
  readonly keys?: readonly string[] | undefined;
  readonly options?: RequestOptions | undefined;
}

/** Values by key, as they are or were at one revision. */
export interface FetchedValues {
  readonly revision: number;
  readonly epoch: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Fetches values of one revision. Rejects with `COMPACTED`. */
export async function fetchValues(link: Link, { revision, keys, options }: FetchRequest): Promise<FetchedValues> {
  const [at, epoch, wire] = await link.read(Request.SNAPSHOT, [revision, keys], options);
  return { revision: at, epoch: String(epoch), values: Object.fromEntries(readValues(wire)) };
}
