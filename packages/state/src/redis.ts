/**
 * A store in Redis, for Node: the authority may be one process now and another
 * one later.
 *
 * @module
 */

import { toError } from "@fourwire/session";
import type { Cluster, Redis, RedisOptions } from "ioredis";
import { StateError } from "./errors.ts";
import { createClient } from "./redis-client.ts";
import { Lease, notAuthority } from "./redis-lease.ts";
import { type Command, RedisRecords } from "./redis-records.ts";
import type { Loaded, Store } from "./store.ts";

/** How the store finds its Redis, and for how long an authority is one. Exactly one of `url`, `options` and `client` is given. */
export interface RedisStoreOptions {
  /** Such as `redis://user:password@127.0.0.1:6379/0`, `rediss://…` for TLS, or the path of a Unix socket. */
  readonly url?: string | undefined;
  /** What ioredis is told: host, port, TLS, Sentinels and so on. How it retries is the store's affair. */
  readonly options?: RedisOptions | undefined;
  /** A client, also of a Cluster, whose settings are used for a connection of the store's own; the client itself is left alone. */
  readonly client?: Redis | Cluster | undefined;
  /** What every key begins with, in braces and followed by `:`. Stores with different prefixes never meet. Default `fourwire-state`. */
  readonly prefix?: string | undefined;
  /**
   * How long an authority that is not heard of stays one, in ms: the next one waits for so long. Default 10,000, at least
   * 100. One that cannot reach Redis for nine tenths of it stops answering.
   */
  readonly leaseMs?: number | undefined;
}

const DEFAULT_LEASE_MS = 10_000;
const LEAST_LEASE_MS = 100;

/**
 * Runs commands if the lease is still that of whoever sends them, and prolongs it. A batch that comes again, because its
 * answer was lost, is recognised by its number; where the one before it is missing, Redis has lost something.
 */
const COMMIT = `
if redis.call('GET', KEYS[1]) ~= ARGV[2] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
local number = tonumber(ARGV[3])
local batch = ARGV[2] .. '/' .. number
local last = redis.call('GET', KEYS[2])
if last == batch then return 1 end
if number > 1 and last ~= ARGV[2] .. '/' .. (number - 1) then return 0 end
local at = 4
while at <= #ARGV do
  local count = tonumber(ARGV[at])
  redis.call(unpack(ARGV, at + 1, at + count))
  at = at + count + 1
end
redis.call('SET', KEYS[2], batch)
return 1`;

/**
 * Opens a store in Redis.
 *
 * One authority at a time has its lease. Whoever is served with the store
 * meanwhile waits for it, and takes over when the other one stops, dies or
 * cannot reach Redis any more. Throws a `TypeError` for options that make no
 * sense.
 *
 * Redis keeps what it is configured to keep: with its defaults a crash of its
 * machine loses the last seconds. Clients find that out, and are not told of
 * revisions twice: each authority begins an epoch of its own.
 */
export function redisStore(options: RedisStoreOptions): Store {
  return new RedisStore(options);
}

class RedisStore implements Store {
  readonly #client: Redis | Cluster;
  readonly #records: RedisRecords;
  readonly #prefix: string;
  readonly #leaseMs: number;
  readonly lost: Promise<StateError>;
  #lose: (error: StateError) => void = () => undefined;
  #lease: Lease | undefined;
  #batches = 0;
  #closing: Promise<void> | undefined;

  constructor({ prefix = "fourwire-state", leaseMs = DEFAULT_LEASE_MS, ...source }: RedisStoreOptions) {
    if (!/^[\w.:-]+$/.test(prefix))
      throw new TypeError(`prefix is made of letters, digits and _ - . :, not "${prefix}"`);
    if (!(Number.isSafeInteger(leaseMs) && leaseMs >= LEAST_LEASE_MS)) {
      throw new TypeError(`leaseMs is ${leaseMs}; expected a whole number from ${LEAST_LEASE_MS}`);
    }
    this.#leaseMs = leaseMs;
    // All keys of a store are at one node of a Cluster.
    this.#prefix = `{${prefix}}`;
    this.#records = new RedisRecords(this.#prefix);
    this.#client = createClient(source);
    this.lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
  }

  async load({ signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<Loaded> {
    const client = this.#client;
    try {
      await client.connect();
    } catch (cause) {
      client.disconnect();
      throw new StateError("STORE_FAILED", `Redis cannot be used: ${toError(cause).message}`);
    }
    const keys = [this.#leaseKey, `${this.#prefix}:fence`] as const;
    const lease = await Lease.acquire({ client, keys, leaseMs: this.#leaseMs }, signal);
    this.#lease = lease;
    void lease.lost.then((error) => this.#lose(error));
    const namespaces = await this.#records.load(client);
    await this.#run(lease, this.#records.begin());
    return { fence: lease.fence, namespaces };
  }

  isHeld(): boolean {
    return this.#lease?.held ?? false;
  }

  async commit(...[writes, fence]: Parameters<Store["commit"]>): Promise<void> {
    const lease = this.#lease;
    if (!lease?.held || lease.fence !== fence) throw notAuthority();
    await this.#run(
      lease,
      writes.flatMap((write) => this.#records.toCommands(write)),
    );
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  get #leaseKey(): string {
    return `${this.#prefix}:lease`;
  }

  /** Runs commands in one go. A lost connection repeats them; when the lease ends meanwhile, nobody knows. */
  async #run(lease: Lease, commands: readonly Command[]): Promise<void> {
    this.#batches += 1;
    const sentAt = performance.now();
    const own = [this.#leaseMs, lease.mark, this.#batches];
    const rest = commands.flatMap((command) => [command.length, ...command]);
    const running = this.#client.eval(COMMIT, 2, this.#leaseKey, `${this.#prefix}:batch`, ...own, ...rest);
    const done = await lease.whileHeld(running);
    if (Number(done) !== 1) throw lease.end();
    lease.extend(sentAt);
  }

  async #end(): Promise<void> {
    // A Redis that does not answer would hold up the end; the lease ends by itself.
    if (this.#client.status === "ready") await this.#lease?.release();
    this.#client.disconnect();
  }
}
