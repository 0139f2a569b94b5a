/**
 * The clients of ioredis that a connection is made of.
 *
 * @module
 */

import type { Cluster, RedisOptions } from "ioredis";
import { Redis } from "ioredis";
import { createNames } from "./names.ts";
import { isCluster, type Settings, type Source } from "./options.ts";

/** The clients of one connection. */
export interface Clients {
  /** Sends messages: always over the same connection, so that they stay in order. */
  readonly publisher: Redis;
  /** Receives messages. */
  readonly subscriber: Redis;
  /** Runs scripts: the publisher itself, unless the server is a Cluster. */
  readonly keeper: Redis | Cluster;
  /** Whether the server is a Cluster, which counts only the receivers at one of its nodes. */
  readonly isCluster: boolean;
}

/** What the driver decides: also the shape of replies, in which it reads them. */
type OwnOptions = RedisOptions & { readonly replyMapping: "legacy" };

/**
 * Opens the clients. Rejects with what ioredis says when one of them cannot
 * connect, or with the signal's reason; then none stays open.
 */
export async function openClients(settings: Settings, signal: AbortSignal): Promise<Clients> {
  const { source } = settings;
  return "cluster" in source
    ? await openInCluster(source.cluster, settings, signal)
    : await openPair(source, settings, signal);
}

/** Ends the clients at once; what they were about to do rejects. */
export function endClients({ publisher, subscriber, keeper }: Clients): void {
  for (const client of new Set([publisher, subscriber, keeper])) end(client);
}

async function openPair(
  source: Exclude<Source, { cluster: Cluster }>,
  settings: Settings,
  signal: AbortSignal,
): Promise<Clients> {
  const publisher = createClient(source, settings);
  const subscriber = createClient(source, settings);
  const clients: Clients = { publisher, subscriber, keeper: publisher, isCluster: false };
  await connectAll([publisher, subscriber], signal);
  return clients;
}

async function openInCluster(template: Cluster, settings: Settings, signal: AbortSignal): Promise<Clients> {
  const keeper = template.duplicate([], { lazyConnect: true, clusterRetryStrategy: () => null, keyPrefix: "" });
  await connectAll([keeper], signal);
  try {
    // Messages must not take different ways, nor overtake each other between nodes: all begin and end at one.
    const node = await nodeOf(keeper, createNames(settings.prefix).groups);
    const publisher = createClient({ client: node }, settings);
    const subscriber = createClient({ client: node }, settings);
    await connectAll([publisher, subscriber], signal);
    return { publisher, subscriber, keeper, isCluster: true };
  } catch (error) {
    end(keeper);
    throw error;
  }
}

function createClient(source: Exclude<Source, { cluster: Cluster }>, { connectTimeoutMs, lossMs }: Settings): Redis {
  const own: OwnOptions = {
    replyMapping: "legacy",
    lazyConnect: true,
    connectTimeout: connectTimeoutMs,
    // The driver itself comes back: it has to know when, and what was under way then must not be repeated.
    retryStrategy: null,
    sentinelRetryStrategy: () => null,
    reconnectOnError: null,
    autoResubscribe: false,
    autoResendUnfulfilledCommands: false,
    enableOfflineQueue: false,
    enableAutoPipelining: false,
    maxLoadingRetryTime: lossMs,
    maxRetriesPerRequest: 0,
    monitor: false,
    readOnly: false,
    keyPrefix: "",
  };
  return createWith(source, own);
}

function createWith(source: Exclude<Source, { cluster: Cluster }>, own: OwnOptions): Redis {
  if ("client" in source) return source.client.duplicate(own);
  return "url" in source ? new Redis(source.url, own) : new Redis({ ...source.options, ...own });
}

async function connectAll(clients: readonly (Redis | Cluster)[], signal: AbortSignal): Promise<void> {
  let giveUp: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    giveUp = () => reject(signal.reason);
  });
  signal.addEventListener("abort", giveUp);
  try {
    signal.throwIfAborted();
    await Promise.race([Promise.all(clients.map(connect)), aborted]);
  } catch (error) {
    for (const client of clients) end(client);
    throw error;
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}

async function connect(client: Redis | Cluster): Promise<void> {
  const failed = noteErrors(client);
  try {
    await client.connect();
  } catch (error) {
    // What `connect` itself rejects with says only that it failed.
    throw failed() ?? error;
  }
}

function end(client: Redis | Cluster): void {
  client.disconnect();
  // A server that does not answer would keep the connection, and so the process, half open for ever.
  const nodes = isCluster(client) ? client.nodes("all") : [client];
  for (const node of nodes) node.stream?.destroy();
}

/** Remembers the last error that a client tells of; without a listener ioredis would print it. */
function noteErrors(client: Redis | Cluster): () => unknown {
  let last: unknown;
  client.on("error", (error: unknown) => {
    last = error;
  });
  return () => last;
}

/** Finds the node at which a key is. */
async function nodeOf(cluster: Cluster, key: string): Promise<Redis> {
  const [home] = cluster.slots[Number(await cluster.cluster("KEYSLOT", key))] ?? [];
  const masters = cluster.nodes("master");
  const node = masters.find(({ options }) => `${options.host}:${options.port}` === home) ?? masters[0];
  if (!node) throw new Error("The Cluster has no master");
  return node;
}
