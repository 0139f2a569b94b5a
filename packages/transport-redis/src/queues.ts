/**
 * Work queues in Redis.
 *
 * @module
 */

import type { Frames, QueueItem, QueueSize, Queues, TakeOptions, WaitOptions } from "@fourwire/transport";
import { checkFrames, joinFrames, sizeOfFrames, TransportError } from "@fourwire/transport";
import type { Connection } from "./connection.ts";
import type { Resident } from "./connections.ts";
import type { Means } from "./means.ts";
import { freshId } from "./names.ts";
import { framesOf, QueueStore, type Settlement } from "./queue-store.ts";
import type { Taken } from "./replies.ts";

const DEFAULT_LEASE_MS = 30_000;

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

  async put(queue: string, frames: Frames, { signal }: WaitOptions = {}): Promise<string> {
    const store = this.#begin(queue, signal);
    const { maxMessageBytes, maxQueuedBytes } = this.#means.settings;
    checkFrames(frames, maxMessageBytes);
    const id = this.nextId();
    const hasRoom = sizeOfFrames(frames) <= maxQueuedBytes && (await store.put(id, pack(frames)));
    if (hasRoom) return id;
    throw new TransportError(
      "TOO_LARGE",
      `The queue "${queue}" holds at most ${maxQueuedBytes} bytes (maxQueuedBytes)`,
    );
  }

  async take(queue: string, { signal, leaseMs = DEFAULT_LEASE_MS }: TakeOptions = {}): Promise<QueueItem> {
    const store = this.#begin(queue, signal);
    checkMs("leaseMs", leaseMs);
    const taken = await store.takers.take(leaseMs, signal);
    return createItem(queue, store, taken);
  }

  async size(queue: string): Promise<QueueSize> {
    return await this.#begin(queue, undefined).size();
  }

  /** Gives an id that nobody has used. */
  nextId(): string {
    this.#lastId += 1;
    return `${this.#idPrefix}-${this.#lastId}`;
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

function pack(frames: Frames): Buffer {
  const joined = joinFrames(frames);
  return Buffer.from(joined.buffer, joined.byteOffset, joined.byteLength);
}

function checkMs(name: string, ms: number): void {
  if (!(ms >= 0 && ms < Number.POSITIVE_INFINITY))
    throw new TypeError(`${name} is a number of milliseconds, 0 or more`);
}
