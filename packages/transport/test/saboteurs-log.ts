import type { LogSubscription, Logs } from "@fourwire/transport";
import type { Fixture } from "@fourwire/transport/conformance";
import { memory } from "@fourwire/transport/memory";
import { memoryFixture } from "./memory-fixture.ts";
import { breakTransport, map, override } from "./sabotage.ts";

function breakLogs(change: (logs: Logs) => Partial<Logs>): Fixture {
  return breakTransport((transport) => ({ logs: override(transport.logs, change(transport.logs)) }));
}

function breakReaders(change: (reader: LogSubscription) => Partial<LogSubscription>): Fixture {
  return breakLogs((logs) => ({
    read: async (log, options) => {
      const reader = await logs.read(log, options);
      return override(reader, change(reader));
    },
  }));
}

/** Keeps what is appended whatever the bound says. */
function keeping(bound: "maxEntries" | "maxBytes" | "maxAgeMs" | "maxPerKey"): Fixture {
  return breakLogs((logs) => ({
    append: (log, frames, options) =>
      logs.append(log, frames, { ...options, retention: { ...options?.retention, [bound]: undefined } }),
  }));
}

/** For each check of logs a driver that breaks its promise. */
export const logSaboteurs: Readonly<Record<string, Fixture>> = {
  "log/now": breakLogs((logs) => ({ read: (log, options) => logs.read(log, { from: "start", ...options }) })),
  "log/entry": breakReaders((reader) => ({
    [Symbol.asyncIterator]: () => map(reader[Symbol.asyncIterator](), (entry) => ({ ...entry, key: undefined })),
  })),
  "log/start": breakLogs((logs) => {
    let turn = 0;
    return {
      async append(log, frames, options) {
        turn += 1;
        if (turn % 2 === 1) await new Promise((resolve) => setImmediate(resolve));
        return await logs.append(log, frames, options);
      },
    };
  }),
  "log/after-id": breakLogs((logs) => ({
    read: (log, options) => logs.read(log, typeof options?.from === "string" ? { ...options, from: "start" } : options),
  })),
  "log/position": breakReaders((reader) => {
    const { position } = reader;
    return { position };
  }),
  "log/date": breakLogs((logs) => ({
    read: (log, options) => logs.read(log, options?.from instanceof Date ? { ...options, from: "start" } : options),
  })),
  "log/last": breakLogs((logs) => ({
    read: (log, options) => logs.read(log, options?.from === "last" ? { ...options, from: "start" } : options),
  })),
  "log/hand-over": breakReaders((reader) => ({
    [Symbol.asyncIterator]: () => {
      const iterator = reader[Symbol.asyncIterator]();
      let count = 0;
      return {
        async next() {
          count += 1;
          // The one entry that is lost where replay becomes live.
          if (count === 100) await iterator.next();
          return await iterator.next();
        },
      };
    },
  })),
  "log/apart": breakLogs((logs) => ({
    append: (_log, frames, options) => logs.append("the only log", frames, options),
    read: (_log, options) => logs.read("the only log", options),
  })),
  "log/max-entries": keeping("maxEntries"),
  "log/max-bytes": keeping("maxBytes"),
  "log/full": { ...memoryFixture, create: () => memory() },
  "log/max-age": keeping("maxAgeMs"),
  "log/max-per-key": keeping("maxPerKey"),
  "log/trimmed": breakLogs((logs) => ({
    read: (log, options) => logs.read(log, options).catch(() => logs.read(log, { ...options, from: "start" })),
  })),
  "log/gap": breakLogs((logs) => ({ read: (log, options) => logs.read(log, { ...options, onGap: undefined }) })),
  "log/purge": breakLogs(() => ({ purge: async () => 2 })),
  "log/abort": breakLogs((logs) => ({ append: (log, frames) => logs.append(log, frames) })),
  "log/mistakes": breakLogs((logs) => ({
    append: (log, frames, options) => logs.append(log, frames, { ...options, retention: undefined }),
  })),
  "log/close": breakReaders((reader) => {
    let isClosed = false;
    return {
      async close() {
        if (isClosed) throw new Error("It is closed already");
        isClosed = true;
        await reader.close();
      },
    };
  }),
  "log/transport-close": breakTransport(() => ({ logs: memory().logs })),
  "log/durable": breakTransport(({ traits }) => ({ traits: { ...traits, durable: true } })),
};
