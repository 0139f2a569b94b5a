/**
 * One queue in Redis, as one transport works with it.
 *
 * @module
 */

import { type Frames, MAX_FRAMES, type QueueSize, splitFrames } from "@fourwire/transport";
import { Batch, type Job, settleJobs } from "./batch.ts";
import type { Means } from "./means.ts";
import { countItems, peekItems, purgeItems, putItems, removeItem, replayItems, settleItems } from "./queue-scripts.ts";
import { readNumbers, readTaken, readTexts, type Taken } from "./replies.ts";
import type { Script, ScriptArgument } from "./scripts.ts";
import { Takers } from "./takers.ts";

/** The ways to settle a leased item: `untake` as if it had never been taken. */
export type Settlement = "ack" | "retry" | "reject" | "extend" | "untake";

/** An item to put. */
export interface NewItem {
  readonly id: string;
  readonly payload: Buffer;
  readonly priority: number;
  readonly delayMs: number;
  /** Empty for an item of no kind. */
  readonly dedupKey: string;
  /** Empty for an item that waits for no other. */
  readonly key: string;
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
  readonly #puts: Batch<Job<NewItem, string>>;
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

  /** Puts an item. Resolves with its id, that of the one with the same key, or nothing when there is no room. */
  put(item: NewItem): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#puts.add({ request: item, resolve, reject }, item.payload.byteLength);
    });
  }

  /** Settles an item. Resolves with whether it was still leased. */
  settle(what: Settlement, { id, tries }: Taken, ms = 0): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#claims.add({ request: { what, id, tries, ms }, resolve, reject });
    });
  }

  async size(): Promise<QueueSize> {
    const reply = await this.#run(countItems, []);
    const [ready = 0, delayed = 0, leased = 0, dead = 0] = readNumbers(reply);
    return { ready, delayed, leased, dead };
  }

  /** Shows the next items that are ready. */
  async peek(limit: number): Promise<readonly Taken[]> {
    return readTaken(await this.#run(peekItems, [limit])).items;
  }

  async remove(id: string): Promise<boolean> {
    return (await this.#run(removeItem, [id])) === 1;
  }

  async purge(): Promise<number> {
    return Number(await this.#run(purgeItems, []));
  }

  async replay(limit: number): Promise<number> {
    return Number(await this.#run(replayItems, [limit]));
  }

  async #putAll(jobs: readonly Job<NewItem, string>[]): Promise<string[]> {
    const args: ScriptArgument[] = [this.#means.settings.maxQueuedBytes];
    for (const { request } of jobs) args.push(describeItem(request), request.payload);
    const reply = await this.#run(putItems, args);
    return reply === 1 ? jobs.map(({ request }) => request.id) : readTexts(reply);
  }

  async #settleAll(jobs: readonly Job<Claim, boolean>[]): Promise<boolean[]> {
    const args: ScriptArgument[] = [this.#means.settings.maxQueuedBytes];
    for (const { request } of jobs) args.push(`${request.tries} ${request.ms} ${request.what} ${request.id}`);
    const reply = await this.#run(settleItems, args);
    return reply === 1 ? jobs.map(() => true) : readNumbers(reply).map((verdict) => verdict === 1);
  }

  #run(script: Script, args: readonly ScriptArgument[]): Promise<unknown> {
    return this.#means.connections.use((connection) => connection.run(script, this.#key, args));
  }

  /** Sends what somebody else put here, in another format, to the dead letters, bytes and all. */
  #accepts(taken: Taken): boolean {
    if (this.#key.endsWith(":dead")) return true;
    taken.frames = readPayload(taken.payload);
    if (taken.frames) return true;
    this.settle("reject", taken).catch(() => undefined);
    return false;
  }
}

/** Names an item that is like any other by its id alone: Redis and its client spend much on each argument. */
function describeItem({ id, priority, delayMs, dedupKey, key }: NewItem): string {
  const isPlain = priority === 0 && delayMs === 0 && dedupKey === "" && key === "";
  return isPlain ? id : JSON.stringify({ id, priority, delayMs, dedupKey: asUtf8(dedupKey), key: asUtf8(key) });
}

/** Replaces what UTF-8 cannot say, half of a pair of surrogates, as any write to Redis does. */
function asUtf8(text: string): string {
  return Buffer.from(text).toString();
}

/** Reads the frames of an item; those of another format, among dead letters, come as one frame. */
export function framesOf({ payload, frames }: Taken): Frames {
  return frames ?? readPayload(payload) ?? [new Uint8Array(payload)];
}

function readPayload(payload: Buffer): Frames | undefined {
  try {
    // That of a group has its topic in a frame of its own.
    return splitFrames(payload, MAX_FRAMES + 1);
  } catch {
    return undefined;
  }
}
