/**
 * Work queues in Redis.
 *
 * @module
 */

import type {
  Frames,
  LimitOptions,
  PeekedItem,
  PutOptions,
  QueueItem,
  QueueSize,
  Queues,
  TakeOptions,
} from "@fourwire/transport";
import {
  checkFrames,
  checkLimit,
  checkMs,
  checkPutOptions,
  checkTakeOptions,
  TransportError,
} from "@fourwire/transport";
import type { Connection } from "./connection.ts";
import type { Resident } from "./connections.ts";
import type { Means } from "./means.ts";
import { freshId } from "./names.ts";
import { packMessage } from "./parcels.ts";
import { framesOf, QueueStore, type Settlement } from "./queue-store.ts";
import type { Taken } from "./replies.ts";
import type { TakeRequest } from "./takers.ts";

const DEFAULT_LEASE_MS = 30_000;
const DEFAULT_PEEKED = 100;

/** The queues of one transport. */
export class RedisQueues implements Queues, Resident {
  readonly #means: Means;
  readonly #stores = new Map<string, QueueStore>();
  /** Makes ids that no other transport has used, also not before Redis forgot everything. */
  readonly #idPrefix: string = freshId().slice(0, 12);
  #lastId = 0;

  constructor(means: Means) {
    this.#means = means;
  }

  async put(queue: string, frames: Frames, options: PutOptions = {}): Promise<string> {
    const store = this.#begin(queue, options.signal);
    checkPutOptions(options);
    const { delayMs = 0, priority = 0, dedupKey = "", key = "" } = options;
    const { maxMessageBytes, maxQueuedBytes } = this.#means.settings;
    checkFrames(frames, maxMessageBytes);
    this.#lastId += 1;
    const id = await store.put({
      id: `${this.#idPrefix}-${this.#lastId}`,
      payload: packMessage(frames),
      priority,
      delayMs,
      dedupKey,
      key,
    });
    if (id !== "") return id;
    throw new TransportError(
      "TOO_LARGE",
      `The queue "${queue}" holds at most ${maxQueuedBytes} bytes (maxQueuedBytes)`,
    );
  }

  async take(queue: string, options: TakeOptions = {}): Promise<QueueItem> {
    const store = this.#begin(queue, options.signal);
    return createItem(queue, store, await store.takers.take(requestOf(options), options.signal));
  }

  async tryTake(queue: string, options: TakeOptions = {}): Promise<QueueItem | undefined> {
    const store = this.#begin(queue, options.signal);
    const taken = await store.takers.tryTake(requestOf(options));
    return taken && createItem(queue, store, taken);
  }

  async peek(queue: string, { limit = DEFAULT_PEEKED }: LimitOptions = {}): Promise<readonly PeekedItem[]> {
    const store = this.#begin(queue, undefined);
    checkLimit(limit);
    const items = await store.peek(countOf(limit));
    return items.map((item) => ({ id: item.id, deliveries: item.tries, frames: framesOf(item) }));
  }

  async remove(queue: string, id: string): Promise<boolean> {
    return await this.#begin(queue, undefined).remove(id);
  }

  async purge(queue: string): Promise<number> {
    return await this.#begin(queue, undefined).purge();
  }

  async replay(queue: string, { limit = Number.POSITIVE_INFINITY }: LimitOptions = {}): Promise<number> {
    const store = this.#begin(queue, undefined);
    checkLimit(limit);
    return await store.replay(countOf(limit));
  }

  async size(queue: string): Promise<QueueSize> {
    return await this.#begin(queue, undefined).size();
  }

  /** The queue whose keys begin with this. */
  storeAt(key: string): QueueStore {
    const store = this.#stores.get(key) ?? new QueueStore(key, this.#means);
    this.#stores.set(key, store);
    return store;
  }

  async connected(_connection: Connection, isAnother: boolean): Promise<void> {
    if (!isAnother) return;
    // Whatever rang in between was not heard.
    for (const { takers } of this.#stores.values()) takers.lookSoon();
  }

  disconnected(): void {
    // Those who wait go on waiting.
  }

  async close(): Promise<void> {
    await Promise.all([...this.#stores.values()].map(({ takers }) => takers.close()));
    this.#stores.clear();
  }

  #begin(queue: string, signal: AbortSignal | undefined): QueueStore {
    this.#means.connections.checkOpen();
    signal?.throwIfAborted();
    if (typeof queue !== "string" || queue === "") throw new TypeError("A queue has a non-empty name");
    this.#forgetIdle();
    return this.storeAt(this.#means.names.queue(queue));
  }

  /** Forgets queues that nobody waits for, so that names used once do not add up. */
  #forgetIdle(): void {
    if (this.#stores.size < 1_000) return;
    for (const [key, { takers }] of this.#stores) {
      if (takers.isIdle) this.#stores.delete(key);
    }
  }
}

function createItem(queue: string, store: QueueStore, taken: Taken): QueueItem {
  const settle = async (what: Settlement, ms = 0): Promise<void> => {
    if (await store.settle(what, taken, ms)) return;
    throw new TransportError("LEASE_LOST", `Item ${taken.id} of queue "${queue}" is no longer leased`);
  };
  return {
    id: taken.id,
    deliveries: taken.tries,
    frames: framesOf(taken),
    async extend(leaseMs) {
      checkMs("leaseMs", leaseMs);
      await settle("extend", leaseMs);
    },
    ack: () => settle("ack"),
    async retry({ delayMs = 0 } = {}) {
      checkMs("delayMs", delayMs);
      await settle("retry", delayMs);
    },
    reject: () => settle("reject"),
  };
}

/** Fills in what a taker does not say. Throws a `TypeError` that names the field. */
function requestOf(options: TakeOptions): TakeRequest {
  checkTakeOptions(options);
  const { leaseMs = DEFAULT_LEASE_MS, maxDeliveries = Number.POSITIVE_INFINITY } = options;
  const { concurrency = Number.POSITIVE_INFINITY, rateLimit } = options;
  return {
    leaseMs,
    maxDeliveries: Number.isFinite(maxDeliveries) ? maxDeliveries : 0,
    limits: [Number.isFinite(concurrency) ? Math.floor(concurrency) : 0, rateLimit?.count ?? 0, rateLimit?.perMs ?? 0],
  };
}

function countOf(limit: number): number {
  return Math.min(Math.floor(limit), 2 ** 31);
}
