/**
 * One queue in Redis, as one transport works with it.
 *
 * @module
 */

import { type Frames, type QueueSize, splitFrames } from "@fourwire/transport";
import { Batch, type Job, settleJobs } from "./batch.ts";
import type { Means } from "./means.ts";
import { countItems, putItems, settleItems } from "./queue-scripts.ts";
import { readNumbers, type Taken } from "./replies.ts";
import { Takers } from "./takers.ts";

/** The ways to settle a leased item: `untake` as if it had never been taken. */
export type Settlement = "ack" | "retry" | "reject" | "extend" | "untake";

/** An item to put. */
interface NewItem {
  readonly id: string;
  readonly payload: Buffer;
}

/** An item to settle, if it is still leased to whoever took it for the so-manyth time. */
interface Claim {
  readonly what: Settlement;
  readonly id: string;
  readonly tries: number;
  readonly ms: number;
}

/** A queue: what is asked of it in one turn is one call of a script. */
export class QueueStore {
  readonly takers: Takers;
  readonly #key: string;
  readonly #means: Means;
  readonly #puts: Batch<Job<NewItem, boolean>>;
  readonly #claims: Batch<Job<Claim, boolean>>;

  constructor(key: string, means: Means) {
    this.#key = key;
    this.#means = means;
    this.#puts = new Batch((jobs) => void settleJobs(jobs, this.#putAll(jobs)));
    this.#claims = new Batch((jobs) => void settleJobs(jobs, this.#settleAll(jobs)));
    this.takers = new Takers(key, means, {
      untake: (taken) => void this.settle("untake", taken).catch(() => undefined),
      accepts: (taken) => this.#accepts(taken),
    });
  }

  /** Puts an item. Resolves with whether there was room. */
  put(id: string, payload: Buffer): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#puts.add({ request: { id, payload }, resolve, reject }, payload.byteLength);
    });
  }

  /** Settles an item. Resolves with whether it was still leased. */
  settle(what: Settlement, { id, tries }: Taken, ms = 0): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#claims.add({ request: { what, id, tries, ms }, resolve, reject });
    });
  }

  async size(): Promise<QueueSize> {
    const reply = await this.#means.connections.use((connection) => connection.run(countItems, this.#key, []));
    const [ready = 0, delayed = 0, leased = 0, dead = 0] = readNumbers(reply);
    return { ready, delayed, leased, dead };
  }

  async #putAll(jobs: readonly Job<NewItem, boolean>[]): Promise<boolean[]> {
    const { connections, settings } = this.#means;
    const args = [settings.maxQueuedBytes, ...jobs.flatMap(({ request }) => [request.id, request.payload])];
    return await connections.use(async (connection) => readVerdicts(await connection.run(putItems, this.#key, args)));
  }

  async #settleAll(jobs: readonly Job<Claim, boolean>[]): Promise<boolean[]> {
    const { connections, settings } = this.#means;
    const claims = jobs.flatMap(({ request: { what, id, tries, ms } }) => [what, id, tries, ms]);
    const args = [settings.maxQueuedBytes, ...claims];
    return await connections.use(async (connection) =>
      readVerdicts(await connection.run(settleItems, this.#key, args)),
    );
  }

  /** Sends what somebody else put here, in another format, to the dead letters, bytes and all. */
  #accepts(taken: Taken): boolean {
    if (this.#key.endsWith(":dead") || readPayload(taken.payload)) return true;
    this.settle("reject", taken).catch(() => undefined);
    return false;
  }
}

/** Reads the frames of an item; those of another format, among dead letters, come as one frame. */
export function framesOf({ payload }: Taken): Frames {
  return readPayload(payload) ?? [new Uint8Array(payload)];
}

function readPayload(payload: Buffer): Frames | undefined {
  try {
    return splitFrames(payload);
  } catch {
    return undefined;
  }
}

function readVerdicts(reply: unknown): boolean[] {
  return readNumbers(reply).map((verdict) => verdict === 1);
}
