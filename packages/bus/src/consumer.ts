/**
 * Work on the items of a queue, at least once each.
 *
 * @module
 */

import { pause, toError } from "@fourwire/session";
import {
  checkTakeOptions,
  type QueueItem,
  type RateLimit,
  type TakeOptions,
  TransportError,
} from "@fourwire/transport";
import { Ending } from "./ending.ts";
import { BusError } from "./errors.ts";
import { Job, type JobMeans } from "./job.ts";
import { type BusParts, checkAbove, checkCount, served } from "./parts.ts";
import { readItem } from "./queue-item.ts";
import { completeRetries, type RetryPolicy } from "./retry.ts";
import { patiently } from "./wait.ts";

/**
 * Works on one item. When it returns, the item is done and what it returned
 * goes to whoever submitted it; when it throws, the item is tried again, unless
 * the job was settled by hand.
 */
export type JobHandler<Value> = (value: Value, job: Job<Value>) => unknown;

/** How a queue is worked on. */
export interface ConsumeOptions {
  /** Ends the consumer when it aborts. */
  readonly signal?: AbortSignal | undefined;
  /** The most items worked on at once. Default 1. */
  readonly concurrency?: number | undefined;
  /** The most items of the queue that all its consumers together have on lease, as far as this one is concerned. Default: no limit. */
  readonly queueConcurrency?: number | undefined;
  /** How fast items are taken, by all consumers that give a limit together. Default: no limit. */
  readonly rateLimit?: RateLimit | undefined;
  /** The time after which an item that is not settled goes to another consumer, in ms. Default 30,000. */
  readonly leaseMs?: number | undefined;
  /** Whether the lease is prolonged for as long as the handler runs. Default `true`. */
  readonly renew?: boolean | undefined;
  readonly retry?: RetryPolicy | undefined;
}

/** What a consumer has done so far. */
export interface ConsumerStats {
  readonly acked: number;
  readonly retried: number;
  /** The items that became dead letters. */
  readonly buried: number;
  /** The items whose lease was lost before they were settled, and those of which nobody knows. */
  readonly lost: number;
  /** The items that are worked on. */
  readonly running: number;
  /** How long the one that is worked on longest has been here, in ms; absent where there is none. */
  readonly oldestMs: number | undefined;
}

/** What a consumer is told by its queue. */
export interface ConsumerMeans<Value> extends Pick<JobMeans, "parts" | "bury"> {
  /** The queue's name on the bus. */
  readonly name: string;
  /** Its name on the transport. */
  readonly queue: string;
  /** Checks the data of an item. Throws or rejects with `INVALID_DATA`. */
  check(data: unknown): Value | Promise<Value>;
}

const DEFAULT_LEASE_MS = 30_000;
const MIN_DELAY_MS = 50;
const MAX_DELAY_MS = 2_000;

/** Works on the items of a queue until it is closed. */
export class Consumer<Value> implements AsyncDisposable {
  readonly #means: ConsumerMeans<Value>;
  readonly #handler: JobHandler<Value>;
  readonly #job: JobMeans;
  readonly #taking: TakeOptions;
  readonly #parts: BusParts;
  readonly #counts = { acked: 0, retried: 0, buried: 0, lost: 0, running: 0 };
  readonly #running = new Set<Job<Value>>();
  readonly #stopping = new Ending();
  readonly #unlink: (() => void)[];
  readonly #workers: Promise<unknown>;

  /** Throws a `TypeError` for options that make no sense. */
  constructor(means: ConsumerMeans<Value>, handler: JobHandler<Value>, options: ConsumeOptions) {
    const { concurrency = 1, leaseMs = DEFAULT_LEASE_MS, renew = true, retry, signal } = options;
    checkCount("concurrency", concurrency);
    checkAbove("leaseMs", leaseMs, 0);
    this.#taking = { leaseMs, concurrency: options.queueConcurrency, rateLimit: options.rateLimit };
    checkTakeOptions(this.#taking);
    this.#means = means;
    this.#handler = handler;
    this.#parts = means.parts;
    const { parts, name: queue, bury } = means;
    this.#job = { parts, queue, bury, leaseMs, renews: renew, retries: completeRetries(retry) };
    parts.queues();
    const stop = (): void => this.#stopping.end(new BusError("CLOSED", "The consumer is closed"));
    if (signal?.aborted) stop();
    else signal?.addEventListener("abort", stop, { once: true });
    this.#unlink = [() => signal?.removeEventListener("abort", stop), parts.closing.add(stop)];
    this.#workers = Promise.all(Array.from({ length: concurrency }, () => this.#work()));
  }

  /** The queue's name. */
  get name(): string {
    return this.#means.name;
  }

  /** Settles when it works on nothing any more. */
  get done(): Promise<unknown> {
    return this.#workers;
  }

  get stats(): ConsumerStats {
    const ages = [...this.#running].map(({ ageMs }) => ageMs);
    const oldestMs = ages.length > 0 ? Math.max(...ages) : undefined;
    return { ...this.#counts, running: ages.length, oldestMs };
  }

  /**
   * Takes no more items, lets those that are worked on finish for up to
   * `graceMs`, and gives back the rest. Safe to call twice.
   */
  async close({ graceMs = this.#parts.graceMs }: { readonly graceMs?: number | undefined } = {}): Promise<void> {
    for (const unlink of this.#unlink) unlink();
    this.#stopping.end(new BusError("CLOSED", "The consumer is closed"));
    await patiently(this.#workers, graceMs);
    await Promise.all([...this.#running].map((job) => this.#giveBack(job)));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #work(): Promise<void> {
    // A signal of its own for each: one for all would hear of a listener leak where there are many.
    const control = new AbortController();
    const unlink = this.#stopping.add(() => control.abort(this.#stopping.reason));
    let settling: Promise<void> | undefined;
    let delayMs = MIN_DELAY_MS;
    let wasClosed = false;
    while (!control.signal.aborted) {
      try {
        const item = await this.#take(control.signal);
        delayMs = MIN_DELAY_MS;
        wasClosed = false;
        const settle = await this.#handle(item);
        // The next item is asked for in the same message; no more than one waits to be settled.
        await settling;
        settling = settle();
      } catch (error) {
        if (control.signal.aborted) break;
        this.#report(error);
        // A hub that stops says so, too, and may come back; a transport that is closed says it again.
        if (isClosed(error) && wasClosed) break;
        wasClosed = isClosed(error);
        await pause(delayMs, control.signal);
        delayMs = Math.min(delayMs * 2, MAX_DELAY_MS);
      }
    }
    await settling;
    unlink();
  }

  async #take(signal: AbortSignal): Promise<QueueItem> {
    return await this.#parts.queues().take(this.#means.queue, { ...this.#taking, signal });
  }

  /** Works on an item. Resolves with what settles it, which never rejects. */
  async #handle(item: QueueItem): Promise<() => Promise<void>> {
    const job = await this.#read(item);
    if (!job) return async () => undefined;
    this.#running.add(job);
    const settle = await this.#run(job);
    return async () => {
      try {
        if (!job.outcome) await settle();
      } catch (error) {
        if (!this.#parts.closed.isOver) this.#report(error);
      } finally {
        this.#running.delete(job);
        if (job.outcome) this.#counts[job.outcome] += 1;
      }
    };
  }

  /** Makes a job of an item; what cannot be one becomes a dead letter with the bytes it had. */
  async #read(item: QueueItem): Promise<Job<Value> | undefined> {
    const { parts, name, check, bury } = this.#means;
    const { attempts } = this.#job.retries;
    try {
      const { data, meta, reply } = readItem(parts.codec, name, item.frames);
      const job = new Job(item, this.#job, await check(data), meta, reply);
      if (item.deliveries <= attempts) return job;
      // Whoever had it before did not live to say so.
      await job.retry({ error: new BusError("JOB_FAILED", `It was delivered ${attempts} times and never finished`) });
    } catch (error) {
      const code = error instanceof BusError ? error.code : undefined;
      if (code !== "UNREADABLE" && code !== "INVALID_DATA") throw error;
      await bury(item, code === "UNREADABLE" ? "unreadable" : "invalid", toError(error));
      this.#report(error);
    }
    this.#counts.buried += 1;
    return undefined;
  }

  /** Runs the handler. Resolves with how the job is to be settled, if the handler has not done so. */
  async #run(job: Job<Value>): Promise<() => Promise<void>> {
    const { parts, name } = this.#means;
    try {
      const result = await served(parts, `process ${name}`, job.meta.metadata, () => this.#handler(job.value, job));
      return () => job.ack(result);
    } catch (error) {
      if (!job.isAborted) this.#report(error);
      return () => job.retry({ error });
    }
  }

  async #giveBack(job: Job<Value>): Promise<void> {
    try {
      await job.giveBack();
    } catch (error) {
      this.#report(error);
    }
  }

  #report(error: unknown): void {
    this.#parts.report(error, { kind: "job", name: this.#means.name });
  }
}

function isClosed(error: unknown): boolean {
  return (error instanceof TransportError || error instanceof BusError) && error.code === "CLOSED";
}
