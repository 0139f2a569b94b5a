/**
 * Those who wait for the next item of one queue.
 *
 * @module
 */

import { TransportError } from "@fourwire/transport";
import type { Means } from "./means.ts";
import { takeItems } from "./queue-scripts.ts";
import { readTaken, type Taken, type TakeReply } from "./replies.ts";
import type { Leave } from "./subscriptions.ts";

/** The takers that one call of a script serves. */
const TAKERS_AT_ONCE = 64;

/** How long the bell is listened to after the last taker, as another often comes soon. */
const LINGER_MS = 250;

/** A bell may be missed without anybody noticing, in a Cluster whose nodes lose each other. */
const LOOK_AGAIN_MS = 5_000;

/** What a taker asks for. */
export interface TakeRequest {
  readonly leaseMs: number;
  /** How often an item may be given; 0 for no limit. */
  readonly maxDeliveries: number;
  /** The most leases, and the count and the time of the rate; 0 for no limit. */
  readonly limits: readonly [concurrency: number, count: number, perMs: number];
  /** Whether to wait for Redis to come back although it was never there since the taker came. Default `false`. */
  readonly isPatient?: boolean;
}

/** Somebody who waits for an item. */
interface Taker {
  readonly request: TakeRequest;
  /** Whether Redis was there since the taker came; then it waits for Redis to come back, too. */
  isPatient: boolean;
  readonly give: (taken: Taken) => void;
  readonly fail: (reason: unknown) => void;
}

/** What becomes of items that nobody can use. */
export interface Returns {
  /** Puts an item back where it was: its taker is gone. */
  untake(taken: Taken): void;
  /** Says whether an item is what this driver put; if not, it is dealt with. */
  accepts(taken: Taken): boolean;
}

/** The takers of one queue; many are served in one round trip. */
export class Takers {
  readonly #key: string;
  readonly #means: Means;
  readonly #returns: Returns;
  readonly #waiting = new Set<Taker>();
  #fetching: Promise<void> | undefined;
  #again = false;
  #scheduled = false;
  #dropped = 0;
  /** The time until there may be an item for somebody, as far as the last look told. */
  #dueMs = LOOK_AGAIN_MS;
  #bell: Leave | undefined;
  #release: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #linger: ReturnType<typeof setTimeout> | undefined;

  constructor(key: string, means: Means, returns: Returns) {
    this.#key = key;
    this.#means = means;
    this.#returns = returns;
  }

  /** Whether nobody waits and nothing is kept for those who did. */
  get isIdle(): boolean {
    return this.#waiting.size === 0 && !this.#release && !this.#fetching;
  }

  /** The items that the queue had dropped when it was last looked at. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Waits for the next item and leases it. Rejects with the signal's reason; then no item is lost. */
  take(request: TakeRequest, signal: AbortSignal | undefined): Promise<Taken> {
    return new Promise((resolve, reject) => {
      const abort = (): void => taker.fail(signal?.reason);
      const leave = (): void => {
        unwatch?.();
        this.#waiting.delete(taker);
        if (this.#waiting.size === 0) this.#restSoon();
      };
      const taker: Taker = {
        request,
        isPatient: request.isPatient ?? false,
        give: (taken) => {
          leave();
          resolve(taken);
        },
        fail: (reason) => {
          leave();
          reject(reason);
        },
      };
      const unwatch = signal && this.#means.signals.add(signal, abort);
      this.#waiting.add(taker);
      this.#release ??= this.#means.connections.hold();
      clearTimeout(this.#linger);
      this.lookSoon();
    });
  }

  /** Leases the next item if one is ready. */
  async tryTake(request: TakeRequest): Promise<Taken | undefined> {
    for (;;) {
      const [item] = (await this.#ask([request])).items;
      if (!item || this.#returns.accepts(item)) return item;
    }
  }

  /** Looks for items once all who come in this turn are there. */
  lookSoon(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    process.nextTick(() => {
      this.#scheduled = false;
      this.look();
    });
  }

  /** Looks for items: somebody rang, or time has passed. */
  look(): void {
    this.#again = true;
    this.#fetching ??= this.#fetchAll().finally(() => {
      this.#fetching = undefined;
      // Asked for when the last look was over but not yet done.
      if (this.#again && this.#waiting.size > 0) this.look();
    });
  }

  /** Fails everybody. Resolves when nothing is under way any more. */
  async close(): Promise<void> {
    this.#failAll(new TransportError("CLOSED", "The transport is closed"));
    await this.#fetching;
    this.#rest();
  }

  async #fetchAll(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      while (this.#again && this.#waiting.size > 0) {
        this.#again = false;
        this.#dueMs = LOOK_AGAIN_MS;
        for (const takers of byLimits(this.#waiting)) await this.#fetch(takers.slice(0, TAKERS_AT_ONCE));
        await this.#waitForMore();
      }
    } catch (error) {
      this.#again = false;
      this.#failThose(error);
      if (this.#waiting.size > 0) this.#lookIn(LOOK_AGAIN_MS);
    }
  }

  /** Fails those who would wait in vain; the others wait for Redis to come back. */
  #failThose(error: unknown): void {
    const isFinal = !(error instanceof TransportError && (error.code === "LOST" || error.code === "REFUSED"));
    for (const taker of this.#waiting) {
      if (isFinal || !taker.isPatient) taker.fail(error);
    }
  }

  async #fetch(takers: readonly Taker[]): Promise<void> {
    const reply = await this.#ask(takers.map(({ request }) => request));
    for (const taker of takers) taker.isPatient = true;
    this.#handOut(reply, takers);
    if (reply.items.length === takers.length) this.#again = true;
    this.#dueMs = Math.min(this.#dueMs, reply.dueMs ?? LOOK_AGAIN_MS);
  }

  /** Waits for the bell, or the next time at which there may be an item, when there is none now. */
  async #waitForMore(): Promise<void> {
    if (this.#waiting.size === 0 || this.#again) return;
    if (this.#bell) this.#lookIn(this.#dueMs);
    else await this.#listen();
  }

  /** Asks for those who all have the same limits. */
  async #ask(requests: readonly TakeRequest[]): Promise<TakeReply> {
    const { connections, settings } = this.#means;
    const wishes = inRows(requests);
    const limits = requests[0]?.limits ?? [0, 0, 0];
    const args = [settings.maxQueuedBytes, ...limits, ...wishes];
    const reply = readTaken(await connections.use((connection) => connection.run(takeItems, this.#key, args)));
    this.#dropped = reply.dropped;
    return reply;
  }

  #handOut({ items }: TakeReply, takers: readonly Taker[]): void {
    items.forEach((item, index) => {
      const taker = takers[index];
      if (!this.#returns.accepts(item)) this.#again = true;
      else if (taker && this.#waiting.has(taker)) taker.give(item);
      else this.#returns.untake(item);
    });
  }

  /** Listens to the bell, and looks once more: it may have rung before. */
  async #listen(): Promise<void> {
    const { subscriptions, connections } = this.#means;
    this.#again = true;
    this.#bell = await subscriptions.subscribe(
      `${this.#key}:bell`,
      () => this.look(),
      (work) => connections.use(work),
    );
  }

  #lookIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.look(), ms);
  }

  #failAll(reason: unknown): void {
    for (const taker of this.#waiting) taker.fail(reason);
  }

  #restSoon(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#linger);
    this.#linger = setTimeout(() => {
      if (this.#waiting.size === 0) this.#rest();
    }, LINGER_MS);
    this.#linger.unref();
  }

  #rest(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#linger);
    void this.#bell?.();
    this.#bell = undefined;
    this.#release?.();
    this.#release = undefined;
  }
}

/** Puts those together who have the same limits: one call serves them. */
function byLimits(takers: Iterable<Taker>): Iterable<readonly Taker[]> {
  const groups = new Map<string, Taker[]>();
  for (const taker of takers) {
    const name = taker.request.limits.join();
    const group = groups.get(name);
    if (group) group.push(taker);
    else groups.set(name, [taker]);
  }
  return groups.values();
}

/** Counts those in a row who want the same: the lease, the most deliveries and their number. */
function inRows(requests: readonly TakeRequest[]): number[] {
  const rows: number[] = [];
  for (const { leaseMs, maxDeliveries } of requests) {
    const [lease, most, count = 0] = rows.slice(-3);
    if (lease === leaseMs && most === maxDeliveries) rows[rows.length - 1] = count + 1;
    else rows.push(leaseMs, maxDeliveries, 1);
  }
  return rows;
}
