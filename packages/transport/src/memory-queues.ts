/**
 * Work queues within a memory network.
 *
 * @module
 */

import { Deadlines } from "./deadlines.ts";
import { TransportError } from "./errors.ts";
import { checkFrames, copyFrames, type Frames } from "./frames.ts";
import { inTurn } from "./memory-key-lines.ts";
import { asNew, type Entry, MemoryQueue, type TakeWish, weigh, wishOf } from "./memory-queue.ts";
import type { JournaledItem, QueueJournal } from "./queue-journal.ts";
import { checkLimit, checkMs, checkPutOptions, checkTakeOptions } from "./queue-options.ts";
import type { LimitOptions, PeekedItem, PutOptions, QueueItem, QueueSize, Queues, TakeOptions } from "./queues.ts";
import { deadLettersOf } from "./queues.ts";
import { SignalWatch } from "./signal-watch.ts";

const DEFAULT_LEASE_MS = 30_000;
const DEFAULT_PEEKED = 100;

/** Limits of the queues. */
export interface MemoryQueuesOptions {
  readonly maxMessageBytes: number;
  /** The bytes that one queue holds. */
  readonly maxQueuedBytes: number;
  /** Is told of every change; nothing is answered before what it changed is kept. Default: none. */
  readonly journal?: QueueJournal | undefined;
  /** Gives an id that no item has had. Default: numbers from 1. */
  readonly nextId?: (() => string) | undefined;
}

/** The queues of one private network, or those of a journal. */
export class MemoryQueues implements Queues {
  readonly #options: MemoryQueuesOptions;
  readonly #journal: QueueJournal | undefined;
  readonly #queues = new Map<string, MemoryQueue>();
  readonly #means = {
    bury: (entry: Entry): void => this.#bury(entry),
    wait: (queue: MemoryQueue, ms: number): void => this.#waits.set(queue, performance.now() + ms),
  };
  /** Leased items until their lease is over, and delayed ones until their delay is. */
  readonly #deadlines = new Deadlines<Entry>((entry) => entry.queue.comeBack(entry), { keepsAlive: false });
  /** Queues until somebody may take an item as far as the rate is concerned. */
  readonly #waits = new Deadlines<MemoryQueue>((queue) => queue.serve(), { keepsAlive: false });
  readonly #signals = new SignalWatch();
  #lastId = 0;
  #lastTurn = 0;
  #isClosed = false;

  constructor(options: MemoryQueuesOptions) {
    this.#options = options;
    this.#journal = options.journal;
  }

  /** Takes in what a journal kept, in order; what was leased can be taken again. */
  restore(items: Iterable<JournaledItem>): void {
    for (const item of inTurn(items)) {
      this.#lastTurn = Math.max(this.#lastTurn, item.turn ?? 0);
      this.#add(item).deliveries = item.deliveries;
    }
  }

  async put(name: string, frames: Frames, options: PutOptions = {}): Promise<string> {
    this.#begin(name, options.signal);
    checkPutOptions(options);
    const { delayMs = 0, priority = 0, dedupKey, key } = options;
    const twin = this.#queues.get(name)?.find(dedupKey);
    if (twin) {
      await this.#journal?.kept();
      return twin.id;
    }
    const { maxMessageBytes, maxQueuedBytes } = this.#options;
    checkFrames(frames, maxMessageBytes);
    const held = this.#queues.get(name)?.bytes ?? 0;
    if (held + weigh({ frames, dedupKey, key }) > maxQueuedBytes) {
      throw new TransportError(
        "TOO_LARGE",
        `The queue "${name}" holds at most ${maxQueuedBytes} bytes (maxQueuedBytes)`,
      );
    }
    const turn = key === undefined ? undefined : ++this.#lastTurn;
    const item = { id: this.#nextId(), queue: name, frames: copyFrames(frames), priority, dedupKey, key, turn };
    this.#journal?.put({ ...item, deliveries: 0, delayMs });
    this.#add({ ...item, delayMs });
    await this.#journal?.kept();
    return item.id;
  }

  async take(name: string, options: TakeOptions = {}): Promise<QueueItem> {
    this.#begin(name, options.signal);
    checkTakeOptions(options);
    const { signal, leaseMs = DEFAULT_LEASE_MS } = options;
    const queue = this.#queue(name);
    const wish = wishOf(options);
    const entry = queue.next(wish) ?? (await this.#wait(queue, wish, signal));
    this.#checkOpen();
    return await this.#hand(entry, leaseMs, signal);
  }

  async tryTake(name: string, options: TakeOptions = {}): Promise<QueueItem | undefined> {
    this.#begin(name, options.signal);
    checkTakeOptions(options);
    const { signal, leaseMs = DEFAULT_LEASE_MS } = options;
    const entry = this.#queues.get(name)?.next(wishOf(options));
    return entry && (await this.#hand(entry, leaseMs, signal));
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
    return (await this.#removeUnleased(name, (entry) => entry.id === id)) > 0;
  }

  async purge(name: string): Promise<number> {
    this.#begin(name);
    return await this.#removeUnleased(name, () => true);
  }

  async replay(name: string, { limit = Number.POSITIVE_INFINITY }: LimitOptions = {}): Promise<number> {
    this.#begin(name);
    checkLimit(limit);
    const dead = this.#queues.get(deadLettersOf(name));
    const letters = [...(dead?.ready ?? [])].slice(0, limit);
    for (const entry of letters) {
      dead?.remove(entry);
      this.#journal?.move(asNew(entry, name));
      this.#queue(name).add({ id: entry.id, frames: entry.frames });
    }
    if (dead) this.#forget(dead);
    await this.#journal?.kept();
    return letters.length;
  }

  close(): void {
    this.#isClosed = true;
    this.#deadlines.clear();
    this.#waits.clear();
    for (const queue of this.#queues.values()) queue.close();
    this.#queues.clear();
  }

  #begin(name: string, signal?: AbortSignal): void {
    this.#checkOpen();
    signal?.throwIfAborted();
    if (typeof name !== "string" || name === "") throw new TypeError("A queue has a non-empty name");
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new TransportError("CLOSED", "The queues are closed");
  }

  #nextId(): string {
    if (this.#options.nextId) return this.#options.nextId();
    this.#lastId += 1;
    return String(this.#lastId);
  }

  #add({ queue, delayMs, ...item }: Omit<JournaledItem, "deliveries">): Entry {
    const entry = this.#queue(queue).add(item, delayMs > 0);
    if (delayMs > 0) this.#deadlines.set(entry, performance.now() + delayMs);
    return entry;
  }

  #queue(name: string): MemoryQueue {
    const queue = this.#queues.get(name) ?? new MemoryQueue(name, this.#means);
    this.#queues.set(name, queue);
    return queue;
  }

  /** Forgets a queue that nobody would miss, so that names used once do not add up. */
  #forget(queue: MemoryQueue): void {
    if (queue.isEmpty && this.#queues.get(queue.name) === queue) this.#queues.delete(queue.name);
  }

  async #removeUnleased(name: string, isMeant: (entry: Entry) => boolean): Promise<number> {
    const queue = this.#queues.get(name);
    const meant = queue?.unleased.filter(isMeant) ?? [];
    for (const entry of meant) {
      this.#journal?.remove(entry.id);
      this.#deadlines.delete(entry);
      queue?.remove(entry);
    }
    if (queue) this.#forget(queue);
    await this.#journal?.kept();
    return meant.length;
  }

  #wait(queue: MemoryQueue, wish: TakeWish, signal: AbortSignal | undefined): Promise<Entry> {
    return new Promise((resolve, reject) => {
      const taker = {
        ...wish,
        give: (entry: Entry): void => {
          unwatch?.();
          resolve(entry);
        },
        fail: (reason: unknown): void => {
          unwatch?.();
          reject(reason);
        },
      };
      const abort = (): void => {
        queue.leave(taker);
        this.#forget(queue);
        taker.fail(signal?.reason);
      };
      const unwatch = signal && this.#signals.add(signal, abort);
      queue.wait(taker);
    });
  }

  /** Leases an item to whoever took it, once the journal knows. */
  async #hand(entry: Entry, leaseMs: number, signal: AbortSignal | undefined): Promise<QueueItem> {
    this.#journal?.take(entry);
    const item = this.#lease(entry, leaseMs);
    if (!this.#journal) return item;
    await this.#journal.kept();
    if (!signal?.aborted) return item;
    // Nobody waits for it any more. Another may have it already, if it took long.
    await item.retry().catch(() => undefined);
    throw signal.reason;
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
        this.#journal?.remove(id);
        queue.remove(entry);
        this.#forget(queue);
        await this.#journal?.kept();
      },
      retry: async ({ delayMs = 0 } = {}) => {
        checkMs("delayMs", delayMs);
        this.#release(entry, deliveries);
        this.#journal?.move({ ...entry, queue: queue.name, delayMs });
        if (delayMs === 0) {
          queue.comeBack(entry);
        } else {
          queue.delay(entry);
          this.#deadlines.set(entry, performance.now() + delayMs);
        }
        await this.#journal?.kept();
      },
      reject: async () => {
        this.#release(entry, deliveries);
        this.#bury(entry);
        this.#forget(queue);
        await this.#journal?.kept();
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
    this.#journal?.move(asNew(entry, dead.name));
    dead.add({ id: entry.id, frames: entry.frames });
    while (dead.bytes > this.#options.maxQueuedBytes) {
      const [oldest] = dead.ready;
      if (!oldest) return;
      this.#journal?.remove(oldest.id);
      dead.remove(oldest);
    }
  }
}
