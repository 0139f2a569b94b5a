/**
 * Publish and subscribe within a memory network.
 *
 * @module
 */

import { TransportError } from "./errors.ts";
import { checkFrames, copyFrames } from "./frames.ts";
import { EventBuffer } from "./memory-event-buffer.ts";
import { checkPattern, checkTopic, compilePattern, hasWildcard } from "./topic-pattern.ts";
import type { Topics } from "./topics.ts";

/** The bytes kept for a slow subscriber, by default: 16 MiB. */
const DEFAULT_MAX_BUFFERED_BYTES = 16 * 1024 * 1024;

/** Buffers with the same interest. */
interface Interest {
  readonly matches: (topic: string) => boolean;
  readonly buffers: Set<EventBuffer>;
}

/** The topics of one network. */
export interface MemoryTopics extends Topics {
  close(): void;
}

/** Creates the topics of one private network; only messages up to `maxMessageBytes` pass. */
export function createMemoryTopics(maxMessageBytes: number): MemoryTopics {
  const board = new Board();
  let isClosed = false;
  const begin = (signal: AbortSignal | undefined): void => {
    if (isClosed) throw new TransportError("CLOSED", "The memory network is closed");
    signal?.throwIfAborted();
  };
  return {
    async publish(topic, frames, { signal } = {}) {
      begin(signal);
      checkTopic(topic);
      checkFrames(frames, maxMessageBytes);
      let receivers = 0;
      for (const buffer of board.find(topic)) {
        receivers += 1;
        buffer.push({ topic, frames: copyFrames(frames) });
      }
      return { receivers };
    },

    async subscribe(pattern, { group, maxBufferedBytes = DEFAULT_MAX_BUFFERED_BYTES, signal } = {}) {
      begin(signal);
      checkPattern(pattern);
      if (group === "") throw new TypeError("A group has a non-empty name");
      return board.buffer(pattern, group).join(maxBufferedBytes);
    },

    close() {
      isClosed = true;
      board.close();
    },
  };
}

/** All buffers by what they are interested in: a plain topic is found by its name, only wildcards are tried. */
class Board {
  readonly #plain = new Map<string, Interest>();
  readonly #wild = new Map<string, Interest>();
  /** The buffer that all members of a group read from, by pattern and group. */
  readonly #groups = new Map<string, EventBuffer>();

  *find(topic: string): Iterable<EventBuffer> {
    yield* this.#plain.get(topic)?.buffers ?? [];
    for (const { matches, buffers } of this.#wild.values()) {
      if (matches(topic)) yield* buffers;
    }
  }

  buffer(pattern: string, group: string | undefined): EventBuffer {
    const key = group === undefined ? undefined : JSON.stringify([pattern, group]);
    const present = key === undefined ? undefined : this.#groups.get(key);
    if (present) return present;
    const buffer = new EventBuffer(() => {
      this.#remove(pattern, buffer);
      if (key !== undefined) this.#groups.delete(key);
    });
    if (key !== undefined) this.#groups.set(key, buffer);
    this.#add(pattern, buffer);
    return buffer;
  }

  close(): void {
    for (const interests of [this.#plain, this.#wild]) {
      for (const { buffers } of interests.values()) for (const buffer of buffers) buffer.close();
    }
  }

  #interests(pattern: string): Map<string, Interest> {
    return hasWildcard(pattern) ? this.#wild : this.#plain;
  }

  #add(pattern: string, buffer: EventBuffer): void {
    const interests = this.#interests(pattern);
    const interest = interests.get(pattern) ?? { matches: compilePattern(pattern), buffers: new Set() };
    interests.set(pattern, interest);
    interest.buffers.add(buffer);
  }

  #remove(pattern: string, buffer: EventBuffer): void {
    const interests = this.#interests(pattern);
    const interest = interests.get(pattern);
    interest?.buffers.delete(buffer);
    if (interest?.buffers.size === 0) interests.delete(pattern);
  }
}
