/**
 * Queues, as users hold them.
 *
 * @module
 */

import { type Metadata, pause, toError } from "@fourwire/session";
import type { QueueItem, QueueSize } from "@fourwire/transport";
import { type ConsumeOptions, Consumer, type ConsumerMeans, type JobHandler } from "./consumer.ts";
import { bury, DeadLetters, LEASE_MS, takeWithin } from "./dead-letters.ts";
import { BusError } from "./errors.ts";
import { checkMetadata, NO_METADATA } from "./metadata.ts";
import { type BusParts, traced } from "./parts.ts";
import { type DeathReason, type ReadItem, readItem, writeItem } from "./queue-item.ts";
import { type PeekedJob, peekedJob, type QueueStats } from "./queue-view.ts";
import type { ReplyInbox } from "./reply-inbox.ts";
import { check, type Schema } from "./schema.ts";
import { Submission } from "./submission.ts";
import { type Patience, within } from "./wait.ts";

/** How a queue is used. */
export interface QueueOptions<Value> {
  /** Checks items at both ends. Default: they are taken as they are. */
  readonly schema?: Schema<unknown, Value> | undefined;
  /** The most items, those on lease included, that this bus puts; several who put at once may go over it a little. Default: what the transport holds. */
  readonly maxItems?: number | undefined;
}

/** How an item is submitted. */
export interface SubmitOptions extends Patience {
  /** What consumers find in `job.meta.metadata`. */
  readonly metadata?: Metadata | undefined;
  /**
   * What the item is about: of the items of one key one at a time is worked on,
   * by all consumers together, in the order in which they were put. Default: the
   * item waits for no other.
   */
  readonly key?: string | undefined;
  /** The time before the item can be taken, in ms. Default 0. */
  readonly delayMs?: number | undefined;
  /** Items of a higher priority are taken before those of a lower one: a whole number from -1,000 to 1,000. Default 0. */
  readonly priority?: number | undefined;
}

/** How an item is put. */
export interface PutOptions extends SubmitOptions {
  /**
   * What makes the item the only one of its kind: while one that was put with
   * the same key is in the queue, nothing is added, and `put` resolves with the
   * id of that one.
   */
  readonly dedupKey?: string | undefined;
}

/** What a queue shares with its bus. */
export interface QueueMeans {
  readonly parts: BusParts;
  readonly inbox: ReplyInbox;
  /** Takes a consumer that ends with the bus. */
  keep(consumer: AnyConsumer): void;
}

/** A consumer, whatever it works on. */
export type AnyConsumer = Pick<Consumer<never>, "name" | "close" | "done" | "stats">;

const MIN_POLL_MS = 10;
const MAX_POLL_MS = 500;

/** A first-in, first-out queue that processes share. It exists as soon as it is named. */
export class BusQueue<Value> {
  readonly name: string;
  /** What the queue has given up. */
  readonly dead: DeadLetters;
  readonly #means: QueueMeans;
  readonly #parts: BusParts;
  readonly #options: QueueOptions<Value>;
  /** The transport's name. */
  readonly #queue: string;

  /** Throws a `TypeError` for a name or options that make no sense. */
  constructor(name: string, means: QueueMeans, options: QueueOptions<Value>) {
    if (typeof name !== "string" || name === "") throw new TypeError("A queue has a non-empty name");
    const { maxItems = 1 } = options;
    if (!(maxItems >= 1)) throw new TypeError(`maxItems is ${String(maxItems)}; expected a number of items, 1 or more`);
    this.name = name;
    this.#means = means;
    this.#parts = means.parts;
    this.#options = options;
    this.#queue = means.parts.names.queue(name);
    this.dead = new DeadLetters(means.parts, this.#queue);
  }

  /** Appends an item, waiting for room, and resolves with its id. Rejects with `INVALID_DATA`, or `FULL` when the time is up. */
  put(value: Value, options: PutOptions = {}): Promise<string> {
    if (this.#options.maxItems === undefined) return this.#put(value, options, undefined);
    return this.#room(options).then(() => this.#put(value, options, undefined));
  }

  /** Appends an item if there is room, and says whether there was. */
  async tryPut(value: Value, options: Omit<PutOptions, "timeoutMs"> = {}): Promise<boolean> {
    if (this.#options.maxItems !== undefined && (await this.full())) return false;
    await this.#put(value, options, undefined);
    return true;
  }

  /** Appends an item and returns the job that becomes of it, whose result can be awaited. Needs topics, too. */
  async submit<Result = unknown>(value: Value, options: SubmitOptions = {}): Promise<Submission<Result>> {
    const { signal, timeoutMs } = options;
    await this.#room(options);
    await this.#means.inbox.open();
    signal?.throwIfAborted();
    const submission = new Submission<Result>(this.#means.inbox, { signal, timeoutMs });
    try {
      return submission.accepted(await this.#put(value, options, submission.number));
    } catch (error) {
      submission.end(toError(error));
      throw error;
    }
  }

  /**
   * Takes the next item away, waiting for one. It is done as soon as it is here:
   * whoever may fail with it uses `consume`. Rejects with `EMPTY` when the time is up.
   */
  async get({ signal, timeoutMs }: Patience = {}): Promise<Value> {
    if (timeoutMs === 0) {
      const found = await this.#tryTake(signal);
      if (found) return found.value;
      throw this.#empty(0);
    }
    for (const deadline = performance.now() + (timeoutMs ?? Number.POSITIVE_INFINITY); ; ) {
      const leftMs = Math.max(deadline - performance.now(), 0);
      const item = await takeWithin(
        this.#parts.queues(),
        this.#queue,
        { signal, timeoutMs: leftMs },
        this.#parts.closing,
      );
      if (!item) throw this.#empty(timeoutMs ?? 0);
      const found = await this.#accept(item);
      if (found) return found.value;
    }
  }

  /** Takes the next item away, or returns `undefined` when none is ready. */
  async tryGet({ signal }: Pick<Patience, "signal"> = {}): Promise<Value | undefined> {
    return (await this.#tryTake(signal))?.value;
  }

  /** Counts the items by where they are. */
  async size(): Promise<QueueSize> {
    return await this.#parts.queues().size(this.#queue);
  }

  /** Says whether no item is ready. */
  async empty(): Promise<boolean> {
    return (await this.size()).ready === 0;
  }

  /** Says whether there are `maxItems` items; never without that option. */
  async full(): Promise<boolean> {
    const { maxItems } = this.#options;
    return maxItems !== undefined && total(await this.size()) >= maxItems;
  }

  /** Waits until every item is done: none is ready, delayed or on lease. Rejects with `TIMEOUT` or the signal's reason. */
  async join(patience: Patience = {}): Promise<void> {
    const timeout = (): BusError => new BusError("TIMEOUT", `The queue "${this.name}" still has items`);
    await this.#poll(patience, timeout, async () => total(await this.size()) === 0);
  }

  /** Shows the items that are ready, the next one first, and leaves them where they are: 100 unless `limit` says otherwise. */
  async peek({ limit }: { readonly limit?: number | undefined } = {}): Promise<readonly PeekedJob[]> {
    const items = await this.#parts.queues().peek(this.#queue, { limit });
    return items.map((item) => peekedJob(this.#parts.codec, this.name, item));
  }

  /** Removes an item that is ready or delayed, by the id that `put` resolved with. Says whether there was one; nobody takes back what is worked on. */
  async remove(id: string): Promise<boolean> {
    return await this.#parts.queues().remove(this.#queue, id);
  }

  /** Removes every item that is ready or delayed, and returns how many. */
  async purge(): Promise<number> {
    return await this.#parts.queues().purge(this.#queue);
  }

  /** Counts the items, and says how long the next one has been there. */
  async stats(): Promise<QueueStats> {
    const [size, [next]] = await Promise.all([this.size(), this.peek({ limit: 1 })]);
    const oldestMs = next?.meta && Math.max(Date.now() - next.meta.time.getTime(), 0);
    return { ...size, oldestMs };
  }

  /**
   * Works on the items: each is leased, and done when the handler returns.
   *
   * One that fails is tried again with growing waits and becomes a dead letter
   * after the last try; one that cannot be read becomes one at once.
   */
  consume(handler: JobHandler<Value>, options: ConsumeOptions = {}): Consumer<Value> {
    const { parts } = this.#means;
    const means: ConsumerMeans<Value> = {
      parts,
      name: this.name,
      queue: this.#queue,
      check: (data) => this.#check(data),
      bury: (item, reason, error) => this.#bury(item, reason, error),
    };
    const consumer = new Consumer(means, handler, options);
    this.#means.keep(consumer);
    return consumer;
  }

  async #put(value: Value, options: PutOptions, reply: number | undefined): Promise<string> {
    const { signal, metadata = NO_METADATA, delayMs, priority, key, dedupKey } = options;
    const queues = this.#parts.queues();
    signal?.throwIfAborted();
    if (metadata !== NO_METADATA) checkMetadata(metadata);
    if (this.#options.schema) await this.#check(value);
    return await traced(this.#parts, `put ${this.name}`, metadata, (carried) => {
      const frames = writeItem(this.#parts.codec, this.#parts.self, { metadata: carried, reply, data: value });
      return queues.put(this.#queue, frames, { signal, delayMs, priority, key, dedupKey });
    });
  }

  async #room(patience: Patience): Promise<void> {
    if (this.#options.maxItems === undefined) return;
    const timeout = (): BusError => new BusError("FULL", `The queue "${this.name}" is full (maxItems)`);
    await this.#poll(patience, timeout, async () => !(await this.full()));
  }

  async #poll(patience: Patience, timeout: () => Error, isSo: () => Promise<boolean>): Promise<void> {
    await within(patience, this.#parts.closing, timeout, async (signal) => {
      for (let delayMs = MIN_POLL_MS; !(await isSo()); delayMs = Math.min(delayMs * 2, MAX_POLL_MS)) {
        await pause(delayMs, signal);
        signal.throwIfAborted();
      }
    });
  }

  async #tryTake(signal: AbortSignal | undefined): Promise<{ readonly value: Value } | undefined> {
    for (;;) {
      signal?.throwIfAborted();
      const item = await this.#parts.queues().tryTake(this.#queue, { leaseMs: LEASE_MS });
      if (!item) return undefined;
      const found = await this.#accept(item);
      if (found) return found;
    }
  }

  /** Takes an item over; one that cannot be read goes to the dead letters, and the next is looked for. */
  async #accept(item: QueueItem): Promise<{ readonly value: Value } | undefined> {
    let read: ReadItem;
    let value: Value;
    try {
      read = readItem(this.#parts.codec, this.name, item.frames);
      value = await this.#check(read.data);
    } catch (error) {
      const isInvalid = error instanceof BusError && error.code === "INVALID_DATA";
      await this.#bury(item, isInvalid ? "invalid" : "unreadable", toError(error));
      this.#parts.report(error, { kind: "job", name: this.name });
      return undefined;
    }
    await item.ack();
    return { value };
  }

  #check(data: unknown): Value | Promise<Value> {
    return check(this.#options.schema, data, `The item of queue "${this.name}"`);
  }

  async #bury(item: QueueItem, reason: DeathReason, error: Error | undefined): Promise<void> {
    const { deliveries, frames } = item;
    await bury(this.#parts, this.#queue, item, { reason, error, deliveries, time: undefined, frames });
  }

  #empty(timeoutMs: number): BusError {
    return new BusError("EMPTY", `The queue "${this.name}" had no item within ${timeoutMs} ms`);
  }
}

function total({ ready, delayed, leased }: QueueSize): number {
  return ready + delayed + leased;
}
