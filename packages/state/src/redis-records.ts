/**
 * Namespaces as records in Redis, and what writes come to.
 *
 * `…:meta` is a hash of what is kept of each namespace beside its values, which
 * are a hash `…:values:<name>`, and its log, which is a list `…:log:<name>`.
 *
 * @module
 */

import { deserialize, serialize } from "node:v8";
import type { Cluster, Redis } from "ioredis";
import type { Entry } from "./change-log.ts";
import { type Ancestor, drawEpoch, withAncestor } from "./epoch.ts";
import type { StoredLease, StoredNamespace, StoreWrite } from "./store.ts";

/** A command with its arguments. */
export type Command = readonly [name: string, key: string, ...rest: (string | number | Buffer)[]];

interface Meta {
  readonly epoch: string;
  /** The revision of the values. */
  readonly revision: number;
  readonly leases: readonly StoredLease[];
  readonly ancestors: readonly Ancestor[];
}

/** The most arguments of one command: scripts cannot hand on any number of them. */
const MAX_ARGUMENTS = 1_000;

/** The records of all namespaces below one prefix. Only the holder of the lease uses them. */
export class RedisRecords {
  readonly #prefix: string;
  /** What `…:meta` holds, as nobody else changes it. */
  readonly #metas = new Map<string, Meta>();

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** Reads all namespaces, each with a history of its own that goes on from what is there. */
  async load(client: Redis | Cluster): Promise<readonly StoredNamespace[]> {
    const metas = await client.hgetallBuffer(this.#meta);
    const namespaces: StoredNamespace[] = [];
    for (const [name, bytes] of Object.entries(metas)) {
      // Only this store wrote it.
      const { epoch, ancestors, revision, leases } = deserialize(bytes) as Meta;
      const values = await client.hgetallBuffer(this.#values(name));
      const log = await client.lrangeBuffer(this.#log(name), 0, -1);
      const entries = log.map((entry) => deserialize(entry) as Entry);
      const left = withAncestor(ancestors, { epoch, revision: revision + entries.length });
      const meta: Meta = { epoch: drawEpoch(), revision, leases, ancestors: left };
      this.#metas.set(name, meta);
      const pairs = Object.entries(values).map(([key, value]): [string, unknown] => [key, deserialize(value)]);
      namespaces.push({ name, ...meta, values: new Map(pairs), entries });
    }
    return namespaces;
  }

  /** Says what keeps the new histories. */
  begin(): readonly Command[] {
    return [...this.#metas].map(([name, meta]): Command => ["HSET", this.#meta, name, serialize(meta)]);
  }

  /** Says what a write comes to. */
  toCommands(write: StoreWrite): readonly Command[] {
    switch (write.kind) {
      case "append":
        return [["RPUSH", this.#log(write.name), serialize(write.entry)]];
      case "create":
        return this.#create(write.namespace);
      case "drop":
        this.#metas.delete(write.name);
        return [["HDEL", this.#meta, write.name], ...this.#empty(write.name)];
      default:
        return this.#compact(write);
    }
  }

  #create({ name, epoch, revision, leases, ancestors = [], values, entries }: StoredNamespace): readonly Command[] {
    return [
      ...this.#empty(name),
      this.#setMeta(name, { epoch, revision, leases, ancestors }),
      ...this.#setValues(name, values),
      ...entries.map((entry): Command => ["RPUSH", this.#log(name), serialize(entry)]),
    ];
  }

  #compact({ name, revision, leases, values, removed }: Extract<StoreWrite, { kind: "compact" }>): readonly Command[] {
    const meta = this.#metas.get(name);
    if (!meta) return [];
    return [
      ["LTRIM", this.#log(name), revision - meta.revision, -1],
      this.#setMeta(name, { ...meta, revision, leases }),
      ...this.#setValues(name, values),
      ...inParts(removed).map((keys): Command => ["HDEL", this.#values(name), ...keys]),
    ];
  }

  #empty(name: string): readonly Command[] {
    return [
      ["DEL", this.#values(name)],
      ["DEL", this.#log(name)],
    ];
  }

  #setMeta(name: string, meta: Meta): Command {
    this.#metas.set(name, meta);
    return ["HSET", this.#meta, name, serialize(meta)];
  }

  #setValues(name: string, values: ReadonlyMap<string, unknown>): readonly Command[] {
    const pairs = [...values].map(([key, value]) => [key, serialize(value)] as const);
    return inParts(pairs).map((part): Command => ["HSET", this.#values(name), ...part.flat()]);
  }

  get #meta(): string {
    return `${this.#prefix}:meta`;
  }

  #values(name: string): string {
    return `${this.#prefix}:values:${name}`;
  }

  #log(name: string): string {
    return `${this.#prefix}:log:${name}`;
  }
}

function inParts<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  const parts: (readonly Item[])[] = [];
  for (let from = 0; from < items.length; from += MAX_ARGUMENTS) parts.push(items.slice(from, from + MAX_ARGUMENTS));
  return parts;
}
