/**
 * Durable channels: what they keep, and how it shows that something is gone.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { LogEntry, Logs, Retention } from "../logs.ts";
import { logsOf, read, readEntries, rejectsWith, text } from "./bench.ts";
import type { Check } from "./check.ts";

const DEFAULT_MAX_LOG_BYTES = 64 * 1024 * 1024;
const KIB = 1024;
const SHORT_MS = 200;

/** The checks of what logs keep. */
export const logRetentionChecks: readonly Check[] = [
  {
    id: "log/max-entries",
    says: "Of more than maxEntries entries the oldest go.",
    needs: "logs",
    async run(bench) {
      const logs = logsOf(bench);
      const log = bench.unique("entries");
      await appendAll(logs, log, ["a", "b", "c", "d"], { maxEntries: 2 });
      assert.deepEqual(await contentOf(logs, log), ["c", "d"]);
      await appendAll(logs, log, ["e"], { maxEntries: 3 });
      assert.deepEqual(await contentOf(logs, log), ["c", "d", "e"]);
    },
  },
  {
    id: "log/max-bytes",
    says: "Beyond maxBytes the oldest entries go, and an entry that alone is larger rejects with TOO_LARGE.",
    needs: "logs",
    async run(bench) {
      const logs = logsOf(bench);
      const log = bench.unique("bytes");
      const retention = { maxBytes: 4 * KIB };
      for (let count = 0; count < 10; count += 1) await logs.append(log, [new Uint8Array(KIB)], { retention });
      const { entries, bytes } = await logs.size(log);
      assert.ok(entries >= 2 && entries <= 4, `It holds ${entries} entries`);
      assert.ok(bytes <= retention.maxBytes, `It holds ${bytes} bytes`);
      await rejectsWith("TOO_LARGE", logs.append(log, [new Uint8Array(5 * KIB)], { retention }));
      assert.equal((await logs.size(log)).entries, entries);
    },
  },
  {
    id: "log/full",
    says: "A log holds at most maxLogBytes, whatever is said to be kept.",
    needs: "logs",
    deadlineMs: 20_000,
    async run(bench) {
      const logs = logsOf(bench);
      const log = bench.unique("full");
      const max = bench.fixture.maxLogBytes ?? DEFAULT_MAX_LOG_BYTES;
      const quarter = [new Uint8Array(Math.floor(max / 4))];
      for (let count = 0; count < 6; count += 1) await logs.append(log, quarter, { retention: { maxBytes: 2 * max } });
      const { bytes } = await logs.size(log);
      assert.ok(bytes <= max, `It holds ${bytes} bytes`);
    },
  },
  {
    id: "log/max-age",
    says: "Entries older than maxAgeMs are gone, also when none comes after them.",
    needs: "logs",
    async run(bench) {
      const logs = logsOf(bench);
      const log = bench.unique("age");
      await appendAll(logs, log, ["old"], { maxAgeMs: SHORT_MS });
      await new Promise((resolve) => setTimeout(resolve, SHORT_MS + 50));
      assert.equal((await logs.size(log)).entries, 0);
      await appendAll(logs, log, ["new"], { maxAgeMs: 60_000 });
      assert.deepEqual(await contentOf(logs, log), ["new"]);
    },
  },
  {
    id: "log/max-per-key",
    says: "Of more than maxPerKey entries of one key the oldest go, which is no gap, and an id before them still holds.",
    needs: "logs",
    async run(bench) {
      const logs = logsOf(bench);
      const log = bench.unique("key");
      let gaps = 0;
      const onGap = (): void => {
        gaps += 1;
      };
      const retention = { maxPerKey: 1 };
      const id = await logs.append(log, text("first"), { retention });
      for (const [index, key] of ["a", "b", "a", "a", "c"].entries())
        await logs.append(log, text(String(index)), { key, retention });
      assert.deepEqual(await contentOf(logs, log), ["first", "1", "3", "4"]);
      const reader = await logs.read(log, { from: id, onGap });
      assert.deepEqual(textsOf(await readEntries(reader, 3)), ["1", "3", "4"]);
      assert.equal(gaps, 0);
    },
  },
  {
    id: "log/trimmed",
    says: "From an id behind which entries were trimmed, or of a log that is gone, read rejects with TRIMMED.",
    needs: "logs",
    async run(bench) {
      const logs = logsOf(bench);
      const log = bench.unique("trimmed");
      const ids = await appendAll(logs, log, ["a", "b", "c", "d"], { maxEntries: 2 });
      await rejectsWith("TRIMMED", logs.read(log, { from: ids[0] }));
      // Nothing is missing behind the newest of those that went.
      assert.deepEqual(textsOf(await readEntries(await logs.read(log, { from: ids[1] }), 2)), ["c", "d"]);
      await rejectsWith("TRIMMED", logs.read(bench.unique("none"), { from: ids[3] }));
    },
  },
  {
    id: "log/gap",
    says: "Who reads too slowly, or from a time before what is kept, is told of a gap and goes on with the oldest entry.",
    needs: "logs",
    async run(bench) {
      const logs = logsOf(bench);
      const log = bench.unique("gap");
      const told: string[] = [];
      const slow = await logs.read(log, { from: "start", onGap: () => told.push("slow") });
      // More than any way between the log and its reader has room for.
      const many = Array.from({ length: 2_000 }, (_, index) => String(index));
      await Promise.all(many.map((part) => logs.append(log, text(part), { retention: { maxEntries: 2 } })));
      const seen: (string | undefined)[] = [];
      while (seen.at(-1) !== many.at(-1)) seen.push(...textsOf(await readEntries(slow, 1)));
      assert.ok(seen.length < many.length, "Nothing was trimmed");
      assert.ok(told.length > 0, "Nobody was told");
      told.length = 0;
      const late = await logs.read(log, { from: new Date(0), onGap: () => told.push("late") });
      assert.equal((await readEntries(late, 2)).length, 2);
      assert.deepEqual(told, ["late"]);
    },
  },
  {
    id: "log/purge",
    says: "Purge removes all entries and gives their number; size counts those that are there.",
    needs: "logs",
    async run(bench) {
      const logs = logsOf(bench);
      const log = bench.unique("purge");
      assert.deepEqual(await logs.size(log), { entries: 0, bytes: 0 });
      const [first] = await appendAll(logs, log, ["a", "b"], {});
      const { entries, bytes } = await logs.size(log);
      assert.equal(entries, 2);
      assert.ok(bytes >= 2);
      assert.equal(await logs.purge(log), 2);
      assert.equal(await logs.purge(log), 0);
      assert.deepEqual(await logs.size(log), { entries: 0, bytes: 0 });
      await rejectsWith("TRIMMED", logs.read(log, { from: first }));
      await appendAll(logs, log, ["c"], {});
      assert.deepEqual(await contentOf(logs, log), ["c"]);
    },
  },
];

async function appendAll(
  logs: Logs,
  log: string,
  parts: readonly string[],
  retention: Retention,
): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const part of parts) ids.push(await logs.append(log, text(part), { retention }));
  return ids;
}

async function contentOf(logs: Logs, log: string): Promise<readonly (string | undefined)[]> {
  const { entries } = await logs.size(log);
  const reader = await logs.read(log, { from: "start" });
  const content = textsOf(await readEntries(reader, entries));
  await reader.close();
  return content;
}

function textsOf(entries: readonly LogEntry[]): readonly (string | undefined)[] {
  return entries.map(({ frames }) => read(frames));
}
