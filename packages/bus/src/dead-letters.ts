/**
 * What a queue has given up.
 *
 * @module
 */

import type { Metadata, ValueCodec } from "@fourwire/session";
import type { Frames, PeekedItem, QueueItem, Queues } from "@fourwire/transport";
import { deadLettersOf, TransportError } from "@fourwire/transport";
import type { Ending } from "./ending.ts";
import type { BusParts } from "./parts.ts";
import { type Death, type DeathReason, readDeath, readItem, writeDeath } from "./queue-item.ts";
import { within } from "./wait.ts";

/** An item that was given up. */
export interface DeadLetter {
  /** Names it within the dead letters. */
  readonly id: string;
  readonly reason: DeathReason;
  /** What its last handler threw, or what was wrong with it. */
  readonly error: Error | undefined;
  /** The number of times it was delivered. */
  readonly deliveries: number;
  /** When it was given up; absent when another program than a bus rejected it. */
  readonly time: Date | undefined;
  /** The item's data; absent when it cannot be read. */
  readonly data: unknown;
  /** What the item's sender sent along; absent when it cannot be read. */
  readonly metadata: Metadata | undefined;
  /** The item's bytes as they were put. */
  readonly frames: Frames;
}

/** How dead letters are looked through. */
export interface DeadLetterOptions {
  readonly signal?: AbortSignal | undefined;
  /** The most that are looked at. Default: all that are there when it begins; of `list`, 100. */
  readonly limit?: number | undefined;
}

/** How dead letters are put back. */
export interface ReplayOptions extends DeadLetterOptions {
  /** Picks those to put back. Default: all. */
  readonly where?: ((letter: DeadLetter) => boolean) | undefined;
}

/** How long this end holds an item that it takes over at once, and a dead letter while it looks at it. */
export const LEASE_MS = 30_000;
/** The dead letters of one queue. */
export class DeadLetters {
  readonly #parts: BusParts;
  readonly #queue: string;
  readonly #dead: string;

  /** `queue` is the transport's name. */
  constructor(parts: BusParts, queue: string) {
    this.#parts = parts;
    this.#queue = queue;
    this.#dead = deadLettersOf(queue);
  }

  /** Counts them. */
  async size(): Promise<number> {
    return (await this.#parts.queues().size(this.#queue)).dead;
  }

  /** Shows them, oldest first, and leaves them where they are. */
  async list({ signal, limit }: DeadLetterOptions = {}): Promise<readonly DeadLetter[]> {
    signal?.throwIfAborted();
    const items = await this.#parts.queues().peek(this.#dead, { limit });
    return items.map((item) => this.#read(item));
  }

  /**
   * Puts them back into the queue as they were put there first, and returns how
   * many: all in one step, or with `where` one after the other, each held while
   * it is looked at.
   */
  async replay({ where, ...options }: ReplayOptions = {}): Promise<number> {
    if (where) return await this.#replayThose(where, options);
    options.signal?.throwIfAborted();
    return await this.#parts.queues().replay(this.#queue, { limit: options.limit });
  }

  async #replayThose(where: (letter: DeadLetter) => boolean, options: DeadLetterOptions): Promise<number> {
    const queues = this.#parts.queues();
    const spared: QueueItem[] = [];
    let replayed = 0;
    try {
      for await (const item of this.#take(options)) {
        const letter = this.#read(item);
        if (!where(letter)) {
          spared.push(item);
          continue;
        }
        await queues.put(this.#queue, letter.frames);
        await item.ack();
        replayed += 1;
      }
      return replayed;
    } finally {
      for (const item of spared) await item.retry();
    }
  }

  /** Removes them, and returns how many. */
  async purge(options: DeadLetterOptions = {}): Promise<number> {
    options.signal?.throwIfAborted();
    if (options.limit === undefined) return await this.#parts.queues().purge(this.#dead);
    let purged = 0;
    for await (const item of this.#take(options)) {
      await item.ack();
      purged += 1;
    }
    return purged;
  }

  /** Takes those that are there now, one after the other. */
  async *#take({ signal, limit = Number.POSITIVE_INFINITY }: DeadLetterOptions): AsyncGenerator<QueueItem> {
    const queues = this.#parts.queues();
    const { ready } = await queues.size(this.#dead);
    for (let left = Math.min(ready, limit); left > 0; left -= 1) {
      signal?.throwIfAborted();
      const item = await queues.tryTake(this.#dead, { leaseMs: LEASE_MS });
      if (!item) return;
      yield item;
    }
  }

  #read(item: PeekedItem): DeadLetter {
    const { codec } = this.#parts;
    const { frames, ...death } = readDeath(codec, item.frames);
    return { id: item.id, ...death, ...readContent(codec, this.#queue, frames), frames };
  }
}

/** Moves an item to the dead letters of its queue, with the reason. */
export async function bury(parts: BusParts, queue: string, item: QueueItem, death: Death): Promise<void> {
  try {
    // The letter first: whatever happens in between, the item is in one of the two places at least.
    await parts.queues().put(deadLettersOf(queue), writeDeath(parts.codec, death));
  } catch (error) {
    if (!isTooLarge(error)) throw error;
    // Without its reason, for which there is no room, it makes room for itself.
    return await item.reject();
  }
  await item.ack();
}

/** Takes an item, or gives up when there is none in time. Rejects with the reason of either signal. */
export async function takeWithin(
  queues: Queues,
  queue: string,
  { signal, timeoutMs }: { readonly signal: AbortSignal | undefined; readonly timeoutMs: number | undefined },
  closing: Ending,
): Promise<QueueItem | undefined> {
  const timeout = new Error("The time is up");
  try {
    return await within(
      { signal, timeoutMs },
      closing,
      () => timeout,
      (ending) => queues.take(queue, { signal: ending, leaseMs: LEASE_MS }),
    );
  } catch (error) {
    if (error === timeout) return undefined;
    throw error;
  }
}

function readContent(codec: ValueCodec, queue: string, frames: Frames): Pick<DeadLetter, "data" | "metadata"> {
  try {
    const { data, meta } = readItem(codec, queue, frames);
    return { data, metadata: meta.metadata };
  } catch {
    return { data: undefined, metadata: undefined };
  }
}

function isTooLarge(error: unknown): boolean {
  return error instanceof TransportError && error.code === "TOO_LARGE";
}
