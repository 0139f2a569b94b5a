/**
 * What a hub does with its logs for one session.
 *
 * @module
 */

import type {
  AppendOptions,
  LogEntry,
  LogStart,
  LogSubscription,
  Logs,
  ReadOptions,
  Retention,
} from "@fourwire/transport";
import { weighFrames } from "@fourwire/transport";
import { OutgoingEvents } from "./outgoing-events.ts";
import type { LogCall, Served } from "./protocol.ts";
import { readFrames, readNumber, readOptionalNumber, readOptionalText, readOptions } from "./protocol.ts";

/** The readers of one session: they end with it. */
export interface Readers {
  /** Keeps a reader and returns its number. */
  add(reader: LogSubscription): number;
  remove(number: number): void;
  /** Closes a reader, if there is one of that number. */
  close(number: number): unknown;
}

/** Makes the calls on logs, which `logs` gives or throws that there are none. */
export function createLogCalls(logs: () => Logs, readers: Readers): Record<LogCall, Served> {
  return {
    append: (log, [frames, options]) => logs().append(log, readFrames(frames), readAppendOptions(options)),
    async read(log, [options]) {
      let events: OutgoingEvents<LogEntry> | undefined;
      let isGap = false;
      const onGap = (): void => {
        isGap = true;
        events?.tellGap();
      };
      const reader = await logs().read(log, { ...readReadOptions(options), onGap });
      const number = readers.add(reader);
      events = createLogEvents(reader, () => readers.remove(number));
      if (isGap) events.tellGap();
      return [number, events, reader.position];
    },
    unread: (_, [number]) => readers.close(readNumber("The reader", number)),
    logSize: async (log) => ({ ...(await logs().size(log)) }),
    purgeLog: (log) => logs().purge(log),
  };
}

/** Makes a stream of what is in a log, in parcels: `[id, time, key, ...frames]` and, where some is missing, `[]`. */
function createLogEvents(reader: LogSubscription, onEnd: () => void): OutgoingEvents<LogEntry> {
  const source = {
    write: ({ id, time, key, frames }: LogEntry) => [[id, time.getTime(), key, ...frames]],
    weigh: ({ frames }: LogEntry) => weighFrames(frames),
    writeGap: () => [],
    close: () => reader.close(),
    [Symbol.asyncIterator]: () => reader[Symbol.asyncIterator](),
  };
  return new OutgoingEvents<LogEntry>(source, onEnd);
}

/** Reads how an entry is appended; the logs check what makes sense. */
function readAppendOptions(value: unknown): AppendOptions {
  const { key, retention } = readOptions<keyof AppendOptions>(value);
  const { maxEntries, maxAgeMs, maxBytes, maxPerKey } = readOptions<keyof Retention>(retention);
  return {
    key: readOptionalText("key", key),
    retention: {
      maxEntries: readOptionalNumber("maxEntries", maxEntries),
      maxAgeMs: readOptionalNumber("maxAgeMs", maxAgeMs),
      maxBytes: readOptionalNumber("maxBytes", maxBytes),
      maxPerKey: readOptionalNumber("maxPerKey", maxPerKey),
    },
  };
}

function readReadOptions(value: unknown): ReadOptions {
  const { from } = readOptions<keyof ReadOptions>(value);
  return { from: readStart(from) };
}

function readStart(from: unknown): LogStart | undefined {
  return from instanceof Date ? from : readOptionalText("from", from);
}
