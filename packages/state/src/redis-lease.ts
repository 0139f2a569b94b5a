/**
 * The right to be the authority over what is in a Redis: one at a time has it,
 * for a while.
 *
 * @module
 */

import type { Cluster, Redis } from "ioredis";
import { StateError } from "./errors.ts";
import { pause } from "./pause.ts";

/** What a lease is about. */
export interface LeaseOptions {
  readonly client: Redis | Cluster;
  /** Where the number of its holder is, and the last number given. */
  readonly keys: readonly [lease: string, fence: string];
  readonly leaseMs: number;
}

/**
 * Gives the lease to whoever asks if nobody has it: a number larger than all before, or for how long it is taken. A Redis
 * that lost its last seconds may give a number twice, so that something drawn goes with it.
 */
const ACQUIRE = `
local left = redis.call('PTTL', KEYS[1])
if left > 0 then return {0, left} end
local fence = redis.call('INCR', KEYS[2])
redis.call('SET', KEYS[1], fence .. '/' .. ARGV[2], 'PX', ARGV[1])
return {fence, 0}`;

const RENEW = `
if redis.call('GET', KEYS[1]) ~= ARGV[2] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[1])`;

const RELEASE = `
if redis.call('GET', KEYS[1]) ~= ARGV[2] then return 0 end
return redis.call('DEL', KEYS[1])`;

/** The longest pause between two looks at a lease that somebody else has. */
const MAX_PAUSE_MS = 250;
/** The share of the time after which a lease counts as over here: clocks do not run equally fast. */
const CAUTION = 0.9;
/** How often a lease is renewed in its time. */
const RENEWALS = 4;

/** A lease that this process has, until it is lost. Its timer keeps no process alive. */
export class Lease {
  readonly fence: number;
  /** What is there as long as nobody else has the lease. */
  readonly mark: string;
  /** Settles when the lease is lost: from then on somebody else may have it. */
  readonly lost: Promise<StateError>;
  readonly #options: LeaseOptions;
  readonly #timer: ReturnType<typeof setInterval>;
  /** What gives up on what is under way. */
  readonly #waiting = new Set<() => void>();
  #lose: (error: StateError) => void = () => undefined;
  #until: number;
  #renewing = false;
  #over = false;

  private constructor(options: LeaseOptions, [fence, nonce]: readonly [number, string], since: number) {
    this.fence = fence;
    this.mark = `${fence}/${nonce}`;
    this.#options = options;
    this.#until = since + options.leaseMs * CAUTION;
    this.lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
    this.#timer = setInterval(() => this.#tick(), options.leaseMs / RENEWALS);
    this.#timer.unref();
  }

  /** Waits until nobody has the lease, and takes it. Rejects with the signal's reason. */
  static async acquire(options: LeaseOptions, signal: AbortSignal | undefined): Promise<Lease> {
    const { client, keys, leaseMs } = options;
    const nonce = crypto.randomUUID();
    for (;;) {
      signal?.throwIfAborted();
      const since = performance.now();
      const reply: unknown = await client.eval(ACQUIRE, 2, ...keys, leaseMs, nonce);
      const [fence, leftMs]: unknown[] = Array.isArray(reply) ? reply : [];
      if (Number(fence) > 0) return new Lease(options, [Number(fence), nonce], since);
      await pause(Math.min(Number(leftMs) + 1, MAX_PAUSE_MS), signal);
    }
  }

  /** Whether nobody else can have it now. */
  get held(): boolean {
    return !this.#over && performance.now() < this.#until;
  }

  /** Settles as something does that needs the lease; when that is lost before, nobody knows how it ended: `OUTCOME_UNKNOWN`. */
  whileHeld<Result>(running: Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const giveUp = (): void =>
        reject(new StateError("OUTCOME_UNKNOWN", "The lease of this authority ended before Redis answered"));
      if (this.#over) giveUp();
      this.#waiting.add(giveUp);
      void running.then(resolve, reject).finally(() => this.#waiting.delete(giveUp));
    });
  }

  /** Takes note that the lease was prolonged by something that was sent at a time. */
  extend(sentAt: number): void {
    this.#until = Math.max(this.#until, sentAt + this.#options.leaseMs * CAUTION);
  }

  /** Takes note that somebody else has it. */
  end(): StateError {
    const error = notAuthority();
    this.#over = true;
    clearInterval(this.#timer);
    this.#lose(error);
    for (const giveUp of this.#waiting) giveUp();
    return error;
  }

  /** Gives it back, so that the next one need not wait. */
  async release(): Promise<void> {
    const { held } = this;
    this.#over = true;
    clearInterval(this.#timer);
    if (held) await this.#run(RELEASE).catch(() => undefined);
  }

  #tick(): void {
    if (!this.held) this.end();
    else if (!this.#renewing) void this.#renew();
  }

  async #renew(): Promise<void> {
    this.#renewing = true;
    const sentAt = performance.now();
    try {
      if (Number(await this.#run(RENEW)) === 1) this.extend(sentAt);
      else if (!this.#over) this.end();
    } catch {
      // It is lost when its time is over, unless Redis is there again before.
    } finally {
      this.#renewing = false;
    }
  }

  #run(script: string): Promise<unknown> {
    const { client, keys, leaseMs } = this.#options;
    return client.eval(script, 2, ...keys, leaseMs, this.mark);
  }
}

/** The error of an authority that is none any more. */
export function notAuthority(): StateError {
  return new StateError("NOT_AUTHORITY", "The lease of this authority is over; another one may have taken its place");
}
