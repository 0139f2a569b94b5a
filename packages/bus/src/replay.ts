/**
 * Durable channels as a subscription reads them.
 *
 * @module
 */

import type { Frames, LogStart, LogSubscription, Logs, TopicMessage, Topics } from "@fourwire/transport";
import { hasWildcard, TransportError } from "@fourwire/transport";
import { readEvent } from "./event-message.ts";
import type { BusParts } from "./parts.ts";

/** An event of a durable channel, with its place there. */
class KeptMessage implements TopicMessage {
  readonly topic: string;
  readonly frames: Frames;
  /** The id to go on behind. */
  readonly id: string;
  readonly key: string | undefined;

  constructor(topic: string, { id, key, frames }: { id: string; key: string | undefined; frames: Frames }) {
    this.topic = topic;
    this.frames = frames;
    this.id = id;
    this.key = key;
  }
}

/** What a subscriber wants of a durable channel. */
export interface ReplayOptions {
  readonly from: LogStart;
  /** Nobody can have one. */
  readonly group?: string | undefined;
}

/**
 * Reads a log where a feed expects topics.
 *
 * Each further subscription goes on where the one before was, so that nothing
 * is missed however often a feed subscribes anew. Throws a `TypeError` for a
 * pattern and for a group: a durable channel is read whole, by name.
 */
export function createReplay(logs: Logs, pattern: string, { from, group }: ReplayOptions): Pick<Topics, "subscribe"> {
  if (hasWildcard(pattern))
    throw new TypeError(`"${pattern}" has a wildcard; events are replayed of one channel (from)`);
  if (group !== undefined) throw new TypeError("A group gets no replay: leave out group, or from");
  let before: LogSubscription | undefined;
  return {
    async subscribe(log, { signal, onGap } = {}) {
      const reader = await read(logs, log, { from: before?.position ?? from, isFirst: !before, signal, onGap });
      before = reader;
      return {
        dropped: 0,
        close: () => reader.close(),
        [Symbol.asyncDispose]: () => reader.close(),
        [Symbol.asyncIterator]: () => iterate(log, reader),
      };
    },
  };
}

interface ReadOptions {
  readonly from: LogStart;
  /** Whether the place is the subscriber's own choice. */
  readonly isFirst: boolean;
  readonly signal: AbortSignal | undefined;
  readonly onGap: (() => void) | undefined;
}

/** Reads on; what was trimmed since the last subscription is a gap, but before the first it is the subscriber's mistake. */
async function read(logs: Logs, log: string, { from, isFirst, signal, onGap }: ReadOptions): Promise<LogSubscription> {
  try {
    return await logs.read(log, { from, signal, onGap });
  } catch (error) {
    const isTrimmed = error instanceof TransportError && error.code === "TRIMMED";
    if (isFirst || !isTrimmed) throw error;
    const reader = await logs.read(log, { from: "start", signal, onGap });
    onGap?.();
    return reader;
  }
}

function iterate(log: string, reader: LogSubscription): AsyncIterator<TopicMessage, undefined> {
  const entries = reader[Symbol.asyncIterator]();
  return {
    async next() {
      const { value, done } = await entries.next();
      return done ? { value: undefined, done } : { value: new KeptMessage(log, value), done: false };
    },
    return: async () => {
      await reader.close();
      return { value: undefined, done: true };
    },
  };
}

/** Reads an event, with its place in a durable channel. */
export function readMessage(parts: BusParts, channel: string, message: TopicMessage): ReturnType<typeof readEvent> {
  const { data, meta } = readEvent(parts.codec, channel, message.frames);
  if (!(message instanceof KeptMessage)) return { data, meta };
  return { data, meta: { ...meta, position: message.id, key: message.key } };
}
