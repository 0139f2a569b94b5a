/**
 * An item that a consumer works on.
 *
 * @module
 */

import { pause, toError } from "@fourwire/session";
import { type QueueItem, TransportError } from "@fourwire/transport";
import { Ending } from "./ending.ts";
import { BusError } from "./errors.ts";
import type { BusParts } from "./parts.ts";
import type { DeathReason, ItemMeta } from "./queue-item.ts";
import { sendReply } from "./reply-inbox.ts";
import type { Retries } from "./retry.ts";
import { startTimer, type Timer } from "./wait.ts";

/** How a job comes back. */
export interface JobRetryOptions {
  /** The wait before the next try, in ms. Default: as the policy says. */
  readonly delayMs?: number | undefined;
  /** Why; kept with the dead letter when this was the last try. */
  readonly error?: unknown;
}

/** The waits between tries to settle a job while the way to its queue is interrupted. */
const MIN_DELAY_MS = 20;
const MAX_DELAY_MS = 1_000;

/** What a job needs of its consumer. */
export interface JobMeans {
  readonly parts: BusParts;
  readonly queue: string;
  readonly leaseMs: number;
  /** Whether the lease is prolonged for as long as the handler runs. */
  readonly renews: boolean;
  readonly retries: Retries;
  /** Moves an item to the dead letters. */
  bury(item: QueueItem, reason: DeathReason, error: Error | undefined): Promise<void>;
}

/** How a job ended, as far as this consumer knows; `lost` when nobody knows. */
export type JobOutcome = "acked" | "retried" | "buried" | "lost";

/** An item on lease: it is settled once, by `ack`, `retry` or `reject`, or by what becomes of its handler. */
export class Job<Value> {
  readonly value: Value;
  readonly meta: ItemMeta;
  /** The id that `put` resolved with. */
  readonly id: string;
  /** The number of times it was delivered, this one included. */
  readonly deliveries: number;
  readonly #item: QueueItem;
  readonly #means: JobMeans;
  readonly #reply: number | undefined;
  readonly #life: Ending = new Ending();
  #outcome: JobOutcome | undefined;
  readonly #takenAt: number = performance.now();
  #endsAt: number;
  #timer: Timer;

  constructor(item: QueueItem, means: JobMeans, value: Value, meta: ItemMeta, reply: number | undefined) {
    this.value = value;
    this.meta = meta;
    this.id = item.id;
    this.deliveries = item.deliveries;
    this.#item = item;
    this.#means = means;
    this.#reply = reply;
    this.#endsAt = this.#takenAt + means.leaseMs;
    this.#timer = this.#watch(means.leaseMs);
  }

  /** Aborts when the lease is lost, or the bus closes and the time to finish is over: another consumer may have the item. */
  get signal(): AbortSignal {
    return this.#life.signal;
  }

  /** Whether `signal` has aborted. */
  get isAborted(): boolean {
    return this.#life.isOver;
  }

  /** How long it has been here, in ms. */
  get ageMs(): number {
    return performance.now() - this.#takenAt;
  }

  /** How it ended; nothing while it is worked on. */
  get outcome(): JobOutcome | undefined {
    return this.#outcome;
  }

  /** Removes the item: it is done. `result` goes to whoever submitted it. Rejects with `LEASE_LOST`. */
  async ack(result?: unknown): Promise<void> {
    await this.#settle("acked", () => this.#item.ack());
    await this.#tell("result", result);
  }

  /** Puts the item back for another try, or among the dead letters when it had its last. Rejects with `LEASE_LOST`. */
  async retry({ delayMs, error }: JobRetryOptions = {}): Promise<void> {
    const { retries } = this.#means;
    if (this.deliveries >= retries.attempts) return await this.#bury("failed", error);
    const waitMs = delayMs ?? retries.delayMs(this.deliveries);
    await this.#settle("retried", () => this.#item.retry({ delayMs: waitMs }));
  }

  /** Moves the item to the dead letters, to be tried no more. Rejects with `LEASE_LOST`. */
  async reject(reason?: unknown): Promise<void> {
    await this.#bury("rejected", reason);
  }

  /** Prolongs the lease to a time from now. Rejects with `LEASE_LOST`. */
  async extend(leaseMs: number = this.#means.leaseMs): Promise<void> {
    this.#requireLease();
    const startedAt = performance.now();
    await this.#fenced(() => this.#item.extend(leaseMs));
    if (this.#outcome) return;
    this.#endsAt = startedAt + leaseMs;
    this.#timer.stop();
    this.#timer = this.#watch(leaseMs);
  }

  /** Tells whoever submitted the item how far it is; nobody else is told. */
  async progress(value: unknown): Promise<void> {
    if (this.#reply === undefined) return;
    const { parts } = this.#means;
    await sendReply(parts, { caller: this.meta.sender.id, number: this.#reply }, { kind: "progress", value });
  }

  /** Gives the item back for another consumer, whose try is the next. */
  async giveBack(): Promise<void> {
    if (this.#outcome) return;
    const abandoned = new BusError("CLOSED", "The consumer is closed");
    this.#life.end(abandoned);
    await this.#settle("retried", () => this.#item.retry());
  }

  async #bury(reason: DeathReason, thrown: unknown): Promise<void> {
    const error = thrown === undefined ? undefined : toError(thrown);
    await this.#settle("buried", () => this.#means.bury(this.#item, reason, error));
    await this.#tell("error", error ?? new BusError("JOB_FAILED", `The job was ${reason}`));
  }

  async #settle(outcome: JobOutcome, settle: () => Promise<void>): Promise<void> {
    this.#requireLease();
    // Before anything is waited for, so that an item is settled once however often it is asked for.
    this.#outcome = outcome;
    this.#timer.stop();
    try {
      await this.#insist(settle);
    } catch (error) {
      // Whether it was settled nobody knows: when it was not, its lease will be over.
      this.#outcome = "lost";
      throw error;
    }
  }

  /** Tries as long as the lease lasts: what the handler did must not be done twice because the way was interrupted. */
  async #insist(settle: () => Promise<void>): Promise<void> {
    const { closed } = this.#means.parts;
    for (let delayMs = MIN_DELAY_MS; ; delayMs = Math.min(delayMs * 2, MAX_DELAY_MS)) {
      try {
        await this.#fenced(settle);
        return;
      } catch (error) {
        const mayReturn = error instanceof TransportError && error.code === "LOST" && !closed.isOver;
        if (!mayReturn || performance.now() + delayMs >= this.#endsAt) throw error;
      }
      await pause(delayMs, closed.signal);
    }
  }

  async #fenced(settle: () => Promise<void>): Promise<void> {
    try {
      await settle();
    } catch (error) {
      if (!(error instanceof TransportError && error.code === "LEASE_LOST")) throw error;
      throw this.#lose(error);
    }
  }

  /** Checks by this consumer's clock: one that was blocked must not trust that the transport has not moved on. */
  #requireLease(): void {
    if (this.#outcome === "lost" || (!this.#outcome && performance.now() >= this.#endsAt)) throw this.#lose(undefined);
    if (this.#outcome)
      throw new BusError("LEASE_LOST", `The job ${this.id} is settled already: it was ${this.#outcome}`);
  }

  #lose(cause: Error | undefined): BusError {
    const message = `The lease of job ${this.id} of queue "${this.#means.queue}" is lost; another may have it`;
    const error = new BusError("LEASE_LOST", message, { cause });
    this.#outcome = "lost";
    this.#timer.stop();
    this.#life.end(error);
    return error;
  }

  #watch(leaseMs: number): Timer {
    return startTimer(this.#means.renews ? leaseMs / 2 : leaseMs, () => void this.#renew(leaseMs));
  }

  async #renew(leaseMs: number): Promise<void> {
    if (this.#outcome) return;
    const leftMs = this.#endsAt - performance.now();
    if (leftMs <= 0) {
      this.#lose(undefined);
      return;
    }
    // Where the transport does not answer, what is left of the lease is still this consumer's.
    this.#timer = startTimer(leftMs, () => void this.#renew(leaseMs));
    if (!this.#means.renews) return;
    await this.extend(leaseMs).catch(() => this.#renewSoon(leaseMs));
  }

  /** Tries again within what is left of the lease. */
  #renewSoon(leaseMs: number): void {
    if (this.#outcome) return;
    this.#timer.stop();
    this.#timer = startTimer((this.#endsAt - performance.now()) / 2, () => void this.#renew(leaseMs));
  }

  async #tell(kind: "result" | "error", value: unknown): Promise<void> {
    if (this.#reply === undefined) return;
    const { parts, queue } = this.#means;
    const asker = { caller: this.meta.sender.id, number: this.#reply };
    try {
      await sendReply(parts, asker, { kind, value }).catch((error: unknown) =>
        sendReply(parts, asker, { kind: "error", value: error }),
      );
    } catch (error) {
      parts.report(error, { kind: "job", name: queue });
    }
  }
}
