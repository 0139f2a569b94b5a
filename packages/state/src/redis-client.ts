/**
 * The store's own connection to its Redis, wherever that is.
 *
 * @module
 */

import { type Cluster, Redis, type RedisOptions } from "ioredis";

/** Where the Redis is. Exactly one of them is given. */
export interface RedisSource {
  readonly url?: string | undefined;
  readonly options?: RedisOptions | undefined;
  readonly client?: Redis | Cluster | undefined;
}

/** What the store decides: also the shape of replies, in which it reads them. */
type OwnOptions = RedisOptions & { readonly replyMapping: "legacy" };

const MAX_RETRY_MS = 500;

/** Makes a client that repeats what was under way, for as long as it takes. Throws a `TypeError` unless there is exactly one source. */
export function createClient({ url, options, client: template }: RedisSource): Redis | Cluster {
  if ([url, options, template].filter((each) => each !== undefined).length !== 1) {
    throw new TypeError("A store in Redis takes exactly one of url, options and client");
  }
  const client = template ? duplicate(template) : createAlone(url, options);
  // Without a listener it would be printed; commands tell of it.
  client.on("error", () => undefined);
  return client;
}

function createAlone(url: string | undefined, options: RedisOptions | undefined): Redis {
  const own = ownOptions();
  return url === undefined ? new Redis({ ...options, ...own }) : new Redis(url, own);
}

function duplicate(template: Redis | Cluster): Redis | Cluster {
  if (!isCluster(template)) return template.duplicate(ownOptions());
  return template.duplicate([], {
    lazyConnect: true,
    keyPrefix: "",
    enableOfflineQueue: true,
    scaleReads: "master",
    // While a replica takes over, nobody answers for seconds; the lease bounds how long that is waited for.
    maxRedirections: Number.MAX_SAFE_INTEGER,
    redisOptions: ownOptions(),
  });
}

function ownOptions(): OwnOptions {
  return {
    replyMapping: "legacy",
    lazyConnect: true,
    // Every script may come again, so that what was under way is repeated; the lease bounds for how long.
    maxRetriesPerRequest: null,
    enableOfflineQueue: true,
    autoResendUnfulfilledCommands: true,
    retryStrategy: (tries) => Math.min(tries * 20, MAX_RETRY_MS),
    // A master that became a replica while it was asleep: the next connection finds the one that took over.
    reconnectOnError: (error) => (error.message.startsWith("READONLY") ? 2 : false),
    keyPrefix: "",
  };
}

function isCluster(client: Redis | Cluster): client is Cluster {
  return client.isCluster;
}
