/**
 * The end that serves.
 *
 * @module
 */

import type { ServeOptions, Session } from "@fourwire/session";
import { serveSessions } from "@fourwire/session";
import type { Logs, Queues, Topics, Transport } from "@fourwire/transport";
import { type MemoryOptions, memory } from "@fourwire/transport/memory";
import { BoundedTopics } from "./bounded-topics.ts";
import { HubHandler } from "./hub-handler.ts";
import { Leases } from "./leases.ts";
import { Switchboard } from "./switchboard.ts";

/** What a hub serves: a transport with topics, queues or logs, or what has only these. */
export interface HubBackend {
  readonly topics?: Topics | undefined;
  readonly queues?: Queues | undefined;
  readonly logs?: Logs | undefined;
}

/** How a hub is served: as sessions are, and with what behind it. */
export interface ServeHubOptions extends ServeOptions {
  /** What sessions are served over. */
  readonly transport: Transport;
  /** Where. Default: a fresh address. */
  readonly address?: string | undefined;
  /**
   * What is served. It stays open when the hub closes. A port that it lacks is
   * `UNSUPPORTED`. Default: topics, queues and logs of the hub's own, in memory.
   */
  readonly backend?: HubBackend | undefined;
  /** The bytes that one of the hub's own queues holds; `put` rejects with `TOO_LARGE` beyond it. Default 64 MiB. */
  readonly maxQueuedBytes?: number | undefined;
  /** The bytes that one of the hub's own logs holds; the oldest entries make room. Default 64 MiB. */
  readonly maxLogBytes?: number | undefined;
  /** The longest lease that a taker is given, whatever it asks for. Default 24 h. */
  readonly maxLeaseMs?: number | undefined;
}

/** A running hub. */
export interface Hub extends AsyncDisposable {
  /** The address really bound. */
  readonly address: string;
  /** The sessions that use it. */
  readonly sessions: ReadonlySet<Session>;
  /** Stops serving and tells everybody. Safe to call twice. */
  close(): Promise<void>;
}

const DEFAULT_MAX_LEASE_MS = 24 * 60 * 60 * 1_000;

/**
 * Serves the topics, queues and logs of a backend to all who reach it `withHub`.
 *
 * Rejects as the transport's `listen`, or with a `TypeError` for options that
 * make no sense.
 *
 * @example
 * ```ts
 * await using hub = await serveHub({ transport: zmq(), address: "tcp://127.0.0.1:7000" });
 * ```
 */
export async function serveHub(options: ServeHubOptions): Promise<Hub> {
  const { transport, address, backend, maxLeaseMs = DEFAULT_MAX_LEASE_MS, ...limits } = options;
  const { maxQueuedBytes, maxLogBytes, ...serving } = limits;
  if (!(maxLeaseMs > 0)) throw new TypeError(`maxLeaseMs is a time above 0, not ${String(maxLeaseMs)}`);
  const own = backend ? undefined : createOwn({ maxQueuedBytes, maxLogBytes });
  const { topics, queues, logs } = own ?? bounded(backend);
  const parts = { topics, queues, logs, leases: new Leases(), maxLeaseMs };
  const createHandler = (session: Session): HubHandler => {
    const handler = new HubHandler(parts);
    void session.closed.then(() => handler.close());
    return handler;
  };
  const server = await serveSessions(transport, address, createHandler, serving);
  let closing: Promise<void> | undefined;
  const closeAll = async (): Promise<void> => {
    await server.close("the hub stopped");
    await own?.close();
  };
  const close = (): Promise<void> => {
    closing ??= closeAll();
    return closing;
  };
  return { address: server.address, sessions: server.sessions, close, [Symbol.asyncDispose]: close };
}

/** What a hub serves that was given topics of others: its own ones have bounds already. */
function bounded({ topics, queues, logs }: HubBackend = {}): HubBackend {
  if (!topics || topics instanceof Switchboard) return { topics, queues, logs };
  return { topics: new BoundedTopics(topics), queues, logs };
}

/** What a hub serves that was given nothing. */
function createOwn(
  limits: Pick<MemoryOptions, "maxQueuedBytes" | "maxLogBytes">,
): HubBackend & { close(): Promise<void> } {
  const topics = new Switchboard();
  const network = memory(limits);
  return {
    topics,
    queues: network.queues,
    logs: network.logs,
    async close() {
      topics.close();
      await network.close();
    },
  };
}
