/**
 * Durable channels: where readers begin, and how replay becomes live.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { LogEntry, LogStart, LogSubscription, Logs } from "../logs.ts";
import {
  assertPlain,
  assertSame,
  logsOf,
  pattern,
  read,
  readEntries,
  rejectsAsMistake,
  rejectsBecause,
  rejectsWith,
  text,
} from "./bench.ts";
import type { Check } from "./check.ts";
import { logRetentionChecks } from "./log-retention-checks.ts";

/** Long enough for the clocks of all brokers to move on. */
const SHORT_MS = 30;

/** The entries of the check of the hand-over; most are appended while others are read. */
const HANDED_OVER = 300;

const readingChecks: readonly Check[] = [
  {
    id: "log/now",
    says: "Once read has resolved the next entry is seen, and none from before.",
    needs: "logs",
    async run(bench) {
      const logs = logsOf(bench);
      for (let round = 0; round < 10; round += 1) {
        const log = bench.unique("now");
        await logs.append(log, text("before"));
        const reader = await logs.read(log);
        await logs.append(log, text("now"));
        assert.deepEqual(textsOf(await readEntries(reader, 1)), ["now"]);
        await reader.close();
      }
    },
  },
  {
    id: "log/entry",
    says: "An entry arrives with the id that append gave, its key, its time and its frames as plain Uint8Arrays.",
    needs: "logs",
    async run(bench) {
      const logs = logsOf(bench);
      const log = bench.unique("entry");
      const frames = [pattern(3), new Uint8Array(0), pattern(70_000)];
      const id = await logs.append(log, frames, { key: "a key" });
      await logs.append(log, text("none"));
      const [entry, other] = await readFrom(logs, log, "start", 2);
      assertSame(entry?.frames, frames);
      assertPlain(entry?.frames);
      assert.equal(entry?.id, id);
      assert.equal(entry?.key, "a key");
      assert.equal(other?.key, undefined);
      assert.ok(entry?.time instanceof Date && Math.abs(entry.time.getTime() - Date.now()) < 60_000);
    },
  },
  {
    id: "log/start",
    says: "From the start every reader gets all entries in one order, whoever appended them.",
    needs: "logs",
    async run(bench) {
      const log = bench.unique("start");
      const logs = logsOf(bench);
      const parts = Array.from({ length: 50 }, (_, index) => String(index));
      await Promise.all(parts.map((part) => logs.append(log, text(part))));
      const one = await readFrom(logs, log, "start", parts.length);
      const other = await readFrom(logs, log, "start", parts.length);
      assert.deepEqual(textsOf(one), parts);
      assert.deepEqual(other, one);
      assert.equal(new Set(one.map(({ id }) => id)).size, parts.length);
    },
  },
  {
    id: "log/after-id",
    says: "From an id the entries behind it are read, none if it is the newest.",
    needs: "logs",
    async run(bench) {
      const logs = logsOf(bench);
      const log = bench.unique("after");
      const ids = await appendAll(logs, log, ["a", "b", "c"]);
      assert.deepEqual(textsOf(await readFrom(logs, log, ids[0] ?? "", 2)), ["b", "c"]);
      const reader = await logs.read(log, { from: ids[2] });
      await logs.append(log, text("d"));
      assert.deepEqual(textsOf(await readEntries(reader, 1)), ["d"]);
    },
  },
  {
    id: "log/position",
    says: "From the position of a reader another one goes on where that is, also of one that has read nothing.",
    needs: "logs",
    async run(bench) {
      const logs = logsOf(bench);
      const log = bench.unique("position");
      await appendAll(logs, log, ["a", "b"]);
      const reader = await logs.read(log);
      const { position } = reader;
      await appendAll(logs, log, ["c", "d"]);
      assert.deepEqual(textsOf(await readFrom(logs, log, position, 2)), ["c", "d"]);
      await readEntries(reader, 1);
      assert.deepEqual(textsOf(await readFrom(logs, log, reader.position, 1)), ["d"]);
    },
  },
  {
    id: "log/date",
    says: "From a time the entries of that time and later are read.",
    needs: "logs",
    async run(bench) {
      const logs = logsOf(bench);
      const log = bench.unique("date");
      await logs.append(log, text("a"));
      await pause(SHORT_MS);
      await appendAll(logs, log, ["b", "c"]);
      const [, second] = await readFrom(logs, log, "start", 2);
      assert.deepEqual(textsOf(await readFrom(logs, log, second?.time ?? new Date(0), 2)), ["b", "c"]);
      const reader = await logs.read(log, { from: new Date(Date.now() + 3_600_000) });
      const before = await logs.read(log, { from: new Date(0) });
      assert.deepEqual(textsOf(await readEntries(before, 3)), ["a", "b", "c"]);
      await reader.close();
    },
  },
  {
    id: "log/last",
    says: "From the last the newest entry of each key is read, in order, and then what is appended.",
    needs: "logs",
    async run(bench) {
      const logs = logsOf(bench);
      const log = bench.unique("last");
      const keys = ["a", "b", undefined, "a", "c", "b", undefined];
      for (const [index, key] of keys.entries()) await logs.append(log, text(String(index)), { key });
      const reader = await logs.read(log, { from: "last" });
      await logs.append(log, text("live"), { key: "a" });
      assert.deepEqual(textsOf(await readEntries(reader, 4)), ["3", "4", "5", "live"]);
    },
  },
  {
    id: "log/hand-over",
    says: "Where replay becomes live no entry is missed and none comes twice.",
    needs: "logs",
    deadlineMs: 20_000,
    async run(bench) {
      const logs = logsOf(bench);
      const log = bench.unique("hand-over");
      const parts = Array.from({ length: HANDED_OVER }, (_, index) => String(index));
      const appending = appendAll(logs, log, parts);
      const readers: LogSubscription[] = [];
      for (let count = 0; count < 5; count += 1) readers.push(await logs.read(log, { from: "start" }));
      for (const reader of readers) assert.deepEqual(textsOf(await readEntries(reader, HANDED_OVER)), parts);
      await appending;
    },
  },
  {
    id: "log/apart",
    says: "A reader sees the entries of its log only.",
    needs: "logs",
    async run(bench) {
      const logs = logsOf(bench);
      const log = bench.unique("apart");
      await logs.append(`${log}.other`, text("other"));
      await logs.append(log, text("own"));
      assert.deepEqual(textsOf(await readFrom(logs, log, "start", 1)), ["own"]);
    },
  },
];

const endingChecks: readonly Check[] = [
  {
    id: "log/abort",
    says: "An aborted signal rejects append and read with its reason.",
    needs: "logs",
    async run(bench) {
      const logs = logsOf(bench);
      const log = bench.unique("abort");
      const reason = new Error("changed my mind");
      const signal = AbortSignal.abort(reason);
      await rejectsBecause(reason, logs.append(log, text("never"), { signal }));
      await rejectsBecause(reason, logs.read(log, { signal }));
      assert.equal((await logs.size(log)).entries, 0);
    },
  },
  {
    id: "log/mistakes",
    says: "An empty name or key, bounds that are none and a from that is no place reject with a TypeError.",
    needs: "logs",
    async run(bench) {
      const logs = logsOf(bench);
      const log = bench.unique("mistakes");
      await rejectsAsMistake(logs.append("", text("x")));
      await rejectsAsMistake(logs.append(log, []));
      await rejectsAsMistake(logs.append(log, text("x"), { key: "" }));
      await rejectsAsMistake(logs.append(log, text("x"), { retention: { maxEntries: 0 } }));
      await rejectsAsMistake(logs.append(log, text("x"), { retention: { maxAgeMs: Number.NaN } }));
      await rejectsAsMistake(logs.read(log, { from: "yesterday" }));
      await rejectsAsMistake(logs.read(log, { from: new Date(Number.NaN) }));
      assert.equal((await logs.size(log)).entries, 0);
    },
  },
  {
    id: "log/close",
    says: "Closing a reader, also twice, ends its iteration and no other.",
    needs: "logs",
    async run(bench) {
      const logs = logsOf(bench);
      const log = bench.unique("close");
      const reader = await logs.read(log);
      const other = await logs.read(log);
      const waiting = readEntries(reader, 1);
      await reader.close();
      await reader.close();
      assert.deepEqual(await waiting, []);
      assert.deepEqual(await readEntries(reader, 1), []);
      await logs.append(log, text("on"));
      assert.deepEqual(textsOf(await readEntries(other, 1)), ["on"]);
    },
  },
  {
    id: "log/transport-close",
    says: "Closing the transport ends its readers, and rejects later append, read, size and purge with CLOSED.",
    needs: "logs",
    async run(bench) {
      const logs = logsOf(bench);
      const log = bench.unique("over");
      const waiting = readEntries(await logs.read(log), 1);
      await bench.transport.close();
      assert.deepEqual(await waiting, []);
      await rejectsWith("CLOSED", logs.append(log, text("late")));
      await rejectsWith("CLOSED", logs.read(log));
      await rejectsWith("CLOSED", logs.size(log));
      await rejectsWith("CLOSED", logs.purge(log));
    },
  },
  {
    id: "log/durable",
    says: "Where there are logs, entries survive the end of the transport that appended them, and so do their ids.",
    needs: "durable",
    async run(bench) {
      if (!bench.transport.traits.logs) return;
      const log = bench.unique("durable");
      const ids = await appendAll(logsOf(bench), log, ["a", "b"]);
      await bench.transport.close();
      const logs = logsOf({ transport: await bench.create() });
      assert.deepEqual(textsOf(await readFrom(logs, log, ids[0] ?? "", 1)), ["b"]);
    },
  },
];

/** The checks of durable channels. */
export const logChecks: readonly Check[] = [...readingChecks, ...logRetentionChecks, ...endingChecks];

async function appendAll(logs: Logs, log: string, parts: readonly string[]): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const part of parts) ids.push(await logs.append(log, text(part)));
  return ids;
}

async function readFrom(logs: Logs, log: string, from: LogStart, count: number): Promise<readonly LogEntry[]> {
  const reader = await logs.read(log, { from });
  const entries = await readEntries(reader, count);
  await reader.close();
  return entries;
}

function textsOf(entries: readonly LogEntry[]): readonly (string | undefined)[] {
  return entries.map(({ frames }) => read(frames));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
