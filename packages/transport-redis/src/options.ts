/**
 * What a Redis transport can be told.
 *
 * @module
 */

import { DEFAULT_MAX_INBOX_BYTES } from "@fourwire/transport";
import type { Cluster, Redis, RedisOptions } from "ioredis";

/** How a Redis transport finds its server, and how it behaves. Exactly one of `url`, `options` and `client` is given. */
export interface RedisTransportOptions {
  /** Such as `redis://user:password@127.0.0.1:6379/0`, `rediss://…` for TLS, or the path of a Unix socket. */
  readonly url?: string;
  /** What ioredis is told: host, port, TLS, Sentinels and so on. How it retries and queues is the driver's affair. */
  readonly options?: RedisOptions;
  /** A client, also of a Cluster, whose settings are used for connections of the transport's own; the client itself is left alone. */
  readonly client?: Redis | Cluster;
  /**
   * What every key and channel in Redis begins with, followed by `:`. Letters,
   * digits, `_`, `-`, `.` and `:`. Transports with different prefixes never
   * meet. Default `fourwire`.
   */
  readonly prefix?: string;
  /**
   * The largest message in bytes, all frames together. Default 16 MiB, at least
   * 1 KiB. Redis cuts a reader off for whom more than its
   * `client-output-buffer-limit` waits, 32 MiB by default.
   */
  readonly maxMessageBytes?: number;
  /** The bytes a channel keeps for a reader that does not read; beyond it that channel is lost. Default 64 MiB. */
  readonly maxInboxBytes?: number;
  /** The channels a listener has open at once; further ones are refused. Default 10,000. */
  readonly maxChannels?: number;
  /** The bytes that one queue holds; `put` rejects with `TOO_LARGE` beyond it. The same for all who use the queue. Default 64 MiB. */
  readonly maxQueuedBytes?: number;
  /** The bytes that one log holds, whatever its retention says; the oldest entries make room. The same for all who use the log. Default 64 MiB. */
  readonly maxLogBytes?: number;
  /** How long the first connection to Redis, and a listener's answer, are waited for. Default 5,000. */
  readonly connectTimeoutMs?: number;
  /** How long closing a channel waits for the far end to have everything. Default 2,000. */
  readonly closeTimeoutMs?: number;
  /** How often far ends, and the connections to Redis, are checked. Default 1,000. */
  readonly checkMs?: number;
  /** How long Redis may leave a check without an answer before the connection counts as lost. Default 10,000. */
  readonly lossMs?: number;
  /** Hears what is wrong with the server's configuration. Default: a process warning. */
  readonly onWarning?: (message: string) => void;
}

/** The options with every default in place. */
export interface Settings {
  readonly source: Source;
  readonly prefix: string;
  readonly maxMessageBytes: number;
  readonly maxInboxBytes: number;
  readonly maxChannels: number;
  readonly maxQueuedBytes: number;
  readonly maxLogBytes: number;
  readonly connectTimeoutMs: number;
  readonly closeTimeoutMs: number;
  readonly checkMs: number;
  readonly lossMs: number;
  readonly onWarning: (message: string) => void;
}

/** Where the server's whereabouts come from. */
export type Source =
  | { readonly url: string }
  | { readonly options: RedisOptions }
  | { readonly client: Redis }
  | { readonly cluster: Cluster };

const MIB = 1024 * 1024;
const LEAST_MAX_MESSAGE_BYTES = 1024;

/** A bulk string of Redis has at most 512 MiB; some of it is for the lengths of the frames. */
const MOST_MESSAGE_BYTES = 511 * MIB;

/** The longest time that `setTimeout` takes. */
const LONGEST_MS = 2 ** 31 - 1;

/** Checks the options and fills in the defaults. Throws a `TypeError` that names the field. */
export function settle(options: RedisTransportOptions): Settings {
  const source = sourceOf(options);
  const { prefix = "fourwire", maxMessageBytes = 16 * MIB, onWarning = warn } = options;
  if (!/^[\w.:-]+$/.test(prefix)) throw new TypeError(`prefix is made of letters, digits and _ - . :, not "${prefix}"`);
  checkInteger("maxMessageBytes", maxMessageBytes, LEAST_MAX_MESSAGE_BYTES, MOST_MESSAGE_BYTES);
  const {
    maxInboxBytes = Math.max(DEFAULT_MAX_INBOX_BYTES, maxMessageBytes),
    maxChannels = 10_000,
    maxQueuedBytes = 64 * MIB,
    maxLogBytes = 64 * MIB,
    connectTimeoutMs = 5_000,
    closeTimeoutMs = 2_000,
    checkMs = 1_000,
    lossMs = 10_000,
  } = options;
  checkInteger("maxInboxBytes", maxInboxBytes, 0, Number.MAX_SAFE_INTEGER);
  checkInteger("maxChannels", maxChannels, 1, Number.MAX_SAFE_INTEGER);
  checkInteger("maxQueuedBytes", maxQueuedBytes, 0, Number.MAX_SAFE_INTEGER);
  checkInteger("maxLogBytes", maxLogBytes, 0, Number.MAX_SAFE_INTEGER);
  checkInteger("connectTimeoutMs", connectTimeoutMs, 1, LONGEST_MS);
  checkInteger("closeTimeoutMs", closeTimeoutMs, 0, LONGEST_MS);
  checkInteger("checkMs", checkMs, 10, LONGEST_MS);
  checkInteger("lossMs", lossMs, checkMs, LONGEST_MS);
  return {
    source,
    prefix,
    maxMessageBytes,
    maxInboxBytes,
    maxChannels,
    maxQueuedBytes,
    maxLogBytes,
    connectTimeoutMs,
    closeTimeoutMs,
    checkMs,
    lossMs,
    onWarning,
  };
}

function sourceOf({ url, options, client }: RedisTransportOptions): Source {
  if ([url, options, client].filter((each) => each !== undefined).length !== 1) {
    throw new TypeError("A Redis transport takes exactly one of url, options and client");
  }
  if (url !== undefined) return { url: checkUrl(url) };
  if (client !== undefined) return isCluster(client) ? { cluster: client } : { client };
  return { options: options ?? {} };
}

/** Says whether a client is that of a Cluster. */
export function isCluster(client: Redis | Cluster): client is Cluster {
  return client.isCluster;
}

/** Checks a URL without ever showing it: it may hold a password. */
function checkUrl(url: string): string {
  if (typeof url === "string" && url.startsWith("/")) return url;
  if (URL.canParse(url) && /^rediss?:\/\//.test(url)) return url;
  throw new TypeError("url is redis://host:port, rediss://host:port, or the path of a Unix socket");
}

function warn(message: string): void {
  process.emitWarning(message, "FourwireRedisWarning");
}

function checkInteger(name: string, value: unknown, least: number, most: number): void {
  const isValid = typeof value === "number" && Number.isInteger(value) && value >= least && value <= most;
  if (!isValid) throw new TypeError(`${name} is an integer from ${least} to ${Math.floor(most)}, not ${String(value)}`);
}
