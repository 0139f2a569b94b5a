/**
 * Work queues within a memory network.
 *
 * @module
 */

import { Deadlines } from "./deadlines.ts";
import { TransportError } from "./errors.ts";
import type { Frames } from "./frames.ts";
import { checkFrames, copyFrames, sizeOfFrames } from "./frames.ts";
import type { Entry } from "./memory-queue.ts";
import { MemoryQueue } from "./memory-queue.ts";
import { checkLimit, checkMs, checkPutOptions, checkTakeOptions } from "./queue-options.ts";
import type { LimitOptions, PeekedItem, PutOptions, QueueItem, QueueSize, Queues, TakeOptions } from "./queues.ts";
import { deadLettersOf } from "./queues.ts";

const DEFAULT_LEASE_MS = 30_000;
const DEFAULT_PEEKED = 100;

/** Limits of the queues. */
export interface MemoryQueuesOptions {
  readonly maxMessageBytes: number;
  /** The bytes that one queue holds. */
  readonly maxQueuedBytes: number;
}

/** The queues of one private network. */
export class MemoryQueues implements Queues {
  readonly #options: MemoryQueuesOptions;
  readonly #queues = new Map<string, MemoryQueue>();
  /** Leased items until their lease is over, and delayed ones until their delay is. */
  readonly #deadlines = new Deadlines<Entry>((entry) => entry.queue.comeBack(entry), { keepsAlive: false });
  #lastId = 0;
  #isClosed = false;

  constructor(options: MemoryQueuesOptions) {
    this.#options = options;
  }

  async put(name: string, frames: Frames, options: PutOptions = {}): Promise<string> {
    this.#begin(name, options.signal);
    checkPutOptions(options);
    const { delayMs = 0, priority = 0, dedupKey } = options;
    const twin = this.#queues.get(name)?.find(dedupKey);
    if (twin) return twin.id;
    const { maxMessageBytes, maxQueuedBytes } = this.#options;
    checkFrames(frames, maxMessageBytes);
    const held = this.#queues.get(name)?.bytes ?? 0;
    if (held + sizeOfFrames(frames) > maxQueuedBytes) {
      throw new TransportError(
        "TOO_LARGE",
        `The queue "${name}" holds at most ${maxQueuedBytes} bytes (maxQueuedBytes)`,
      );
    }
    this.#lastId += 1;
    const id = String(this.#lastId);
    const entry = this.#queue(name).add({ id, frames: copyFrames(frames), priority, dedupKey }, delayMs > 0);
    if (delayMs > 0) this.#deadlines.set(entry, performance.now() + delayMs);
    return id;
  }

  async take(name: string, options: TakeOptions = {}): Promise<QueueItem> {
    this.#begin(name, options.signal);
    checkTakeOptions(options);
    const { signal, leaseMs = DEFAULT_LEASE_MS, maxDeliveries = Number.POSITIVE_INFINITY } = options;
    const queue = this.#queue(name);
    const entry = queue.next(maxDeliveries) ?? (await this.#wait(queue, maxDeliveries, signal));
    this.#checkOpen();
    return this.#lease(entry, leaseMs);
  }

  async tryTake(name: string, options: TakeOptions = {}): Promise<QueueItem | undefined> {
    this.#begin(name, options.signal);
    checkTakeOptions(options);
    const { leaseMs = DEFAULT_LEASE_MS, maxDeliveries = Number.POSITIVE_INFINITY } = options;
    const entry = this.#queues.get(name)?.next(maxDeliveries);
    return entry && this.#lease(entry, leaseMs);
  }

  async size(name: string): Promise<QueueSize> {
    this.#begin(name);
    const dead = this.#queues.get(deadLettersOf(name))?.total ?? 0;
    return this.#queues.get(name)?.size(dead) ?? { ready: 0, delayed: 0, leased: 0, dead };
  }

  async peek(name: string, { limit = DEFAULT_PEEKED }: LimitOptions = {}): Promise<readonly PeekedItem[]> {
    this.#begin(name);
    checkLimit(limit);
    const ready = [...(this.#queues.get(name)?.ready ?? [])].slice(0, limit);
    return ready.map(({ id, deliveries, frames }) => ({ id, deliveries, frames: copyFrames(frames) }));
  }

  async remove(name: string, id: string): Promise<boolean> {
    this.#begin(name);
    return this.#removeUnleased(name, (entry) => entry.id === id) > 0;
  }

  async purge(name: string): Promise<number> {
    this.#begin(name);
    return this.#removeUnleased(name, () => true);
  }

  async replay(name: string, { limit = Number.POSITIVE_INFINITY }: LimitOptions = {}): Promise<number> {
    this.#begin(name);
    checkLimit(limit);
    const dead = this.#queues.get(deadLettersOf(name));
    const letters = [...(dead?.ready ?? [])].slice(0, limit);
    for (const entry of letters) {
      dead?.remove(entry);
      this.#queue(name).add({ id: entry.id, frames: entry.frames });
    }
    if (dead) this.#forget(dead);
    return letters.length;
  }

  close(): void {
    this.#isClosed = true;
    this.#deadlines.clear();
    for (const queue of this.#queues.values()) queue.close();
    this.#queues.clear();
  }

  #begin(name: string, signal?: AbortSignal): void {
    this.#checkOpen();
    signal?.throwIfAborted();
    if (typeof name !== "string" || name === "") throw new TypeError("A queue has a non-empty name");
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new TransportError("CLOSED", "The memory network is closed");
  }

  #queue(name: string): MemoryQueue {
    const queue = this.#queues.get(name) ?? new MemoryQueue(name, (entry) => this.#bury(entry));
    this.#queues.set(name, queue);
    return queue;
  }

  /** Forgets a queue that nobody would miss, so that names used once do not add up. */
  #forget(queue: MemoryQueue): void {
    if (queue.isEmpty && this.#queues.get(queue.name) === queue) this.#queues.delete(queue.name);
  }

  #removeUnleased(name: string, isMeant: (entry: Entry) => boolean): number {
    const queue = this.#queues.get(name);
    const meant = queue?.unleased.filter(isMeant) ?? [];
    for (const entry of meant) {
      this.#deadlines.delete(entry);
      queue?.remove(entry);
    }
    if (queue) this.#forget(queue);
    return meant.length;
  }

  #wait(queue: MemoryQueue, maxDeliveries: number, signal: AbortSignal | undefined): Promise<Entry> {
    return new Promise((resolve, reject) => {
      const taker = {
        maxDeliveries,
        give: (entry: Entry): void => {
          signal?.removeEventListener("abort", abort);
          resolve(entry);
        },
        fail: (reason: unknown): void => {
          signal?.removeEventListener("abort", abort);
          reject(reason);
        },
      };
      const abort = (): void => {
        queue.leave(taker);
        this.#forget(queue);
        reject(signal?.reason);
      };
      signal?.addEventListener("abort", abort, { once: true });
      queue.wait(taker);
    });
  }

  #lease(entry: Entry, leaseMs: number): QueueItem {
    const { queue, id, deliveries } = entry;
    this.#deadlines.set(entry, performance.now() + leaseMs);
    return {
      id,
      deliveries,
      // Copied, because the taker owns its frames and the next one needs them as they were.
      frames: copyFrames(entry.frames),
      extend: async (extendedMs) => {
        checkMs("leaseMs", extendedMs);
        this.#check(entry, deliveries);
        this.#deadlines.set(entry, performance.now() + extendedMs);
      },
      ack: async () => {
        this.#release(entry, deliveries);
        queue.remove(entry);
        this.#forget(queue);
      },
      retry: async ({ delayMs = 0 } = {}) => {
        checkMs("delayMs", delayMs);
        this.#release(entry, deliveries);
        if (delayMs === 0) return queue.comeBack(entry);
        queue.delay(entry);
        this.#deadlines.set(entry, performance.now() + delayMs);
      },
      reject: async () => {
        this.#release(entry, deliveries);
        this.#bury(entry);
        this.#forget(queue);
      },
    };
  }

  #release(entry: Entry, deliveries: number): void {
    this.#check(entry, deliveries);
    this.#deadlines.delete(entry);
  }

  #check(entry: Entry, deliveries: number): void {
    this.#checkOpen();
    if (entry.state === "leased" && entry.deliveries === deliveries) return;
    throw new TransportError("LEASE_LOST", `Item ${entry.id} of queue "${entry.queue.name}" is no longer leased`);
  }

  /** Keeps the newest dead letters: the oldest make room, because a rejection cannot fail. */
  #bury(entry: Entry): void {
    entry.queue.remove(entry);
    const dead = this.#queue(deadLettersOf(entry.queue.name));
    dead.add({ id: entry.id, frames: entry.frames });
    while (dead.bytes > this.#options.maxQueuedBytes) {
      const [oldest] = dead.ready;
      if (!oldest) return;
      dead.remove(oldest);
    }
  }
}
