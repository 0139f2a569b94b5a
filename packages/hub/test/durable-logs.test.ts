import { serveHub, withHub } from "@fourwire/hub";
import { durable } from "@fourwire/hub/durable";
import { startChild } from "@fourwire/test-kit";
import type { LogEntry, LogSubscription, Logs } from "@fourwire/transport";
import { read, rejectsWith, text } from "@fourwire/transport/conformance";
import { memory } from "@fourwire/transport/memory";
import { zmq } from "@fourwire/transport-zmq";
import { expect, it, onTestFinished } from "vitest";
import { sized } from "./kit.ts";
import { temporaryFolder } from "./temporary.ts";

/** Long enough for a machine that is busy with other tests. */
const DEADLINE_MS = sized(120_000, 600_000);
const HUB_KILLS = sized(5, 20);
const APPEND_AT_ONCE = 16;

it("a restart keeps the entries of a log, their ids, the last values and what was trimmed", async () => {
  const path = temporaryFolder(onTestFinished);
  const first = durable({ path });
  const ids: string[] = [];
  for (const [index, key] of ["a", "b", "a", "c"].entries())
    ids.push(await first.logs.append("news", text(String(index)), { key, retention: { maxEntries: 3 } }));
  await first.logs.append("purged", text("gone"));
  await first.logs.purge("purged");
  await first.close();
  await using second = durable({ path });
  expect(textsOf(await take(await second.logs.read("news", { from: "start" }), 3))).toEqual(["1", "2", "3"]);
  expect(textsOf(await take(await second.logs.read("news", { from: "last" }), 3))).toEqual(["1", "2", "3"]);
  expect(textsOf(await take(await second.logs.read("news", { from: ids[2] ?? "" }), 1))).toEqual(["3"]);
  await rejectsWith("TRIMMED", second.logs.read("news", { from: `${ids[0]?.split("-")[0]}-0` }));
  expect(await second.logs.size("purged")).toEqual({ entries: 0, bytes: 0 });
  const next = await second.logs.append("news", text("4"));
  expect(ids).not.toContain(next);
});

it("a restart keeps the order of items of one key, also of one that was tried again", async () => {
  const path = temporaryFolder(onTestFinished);
  const first = durable({ path });
  for (const part of ["1", "2", "3"]) await first.queues.put("jobs", text(part), { key: "k" });
  await (await first.queues.take("jobs")).retry({ delayMs: 1 });
  await first.close();
  await using second = durable({ path });
  const taken: (string | undefined)[] = [];
  for (let count = 0; count < 3; count += 1) {
    const item = await second.queues.take("jobs");
    expect(await second.queues.tryTake("jobs")).toBeUndefined();
    taken.push(read(item.frames));
    await item.ack();
  }
  expect(taken).toEqual(["1", "2", "3"]);
});

it("goes on at its place when the hub has restarted, and is told of a gap when what it had is gone", async () => {
  const path = temporaryFolder(onTestFinished);
  const network = memory();
  const backend = durable({ path });
  const hub = await serveHub({ transport: network, address: "hub", backend });
  await using transport = withHub(network, "hub", { durable: true });
  let gaps = 0;
  const onGap = (): void => {
    gaps += 1;
  };
  const reader = await transport.logs.read("news", { onGap });
  const iterator = reader[Symbol.asyncIterator]();
  await transport.logs.append("news", text("1"));
  expect(read((await iterator.next()).value?.frames)).toBe("1");
  await hub.close();
  await backend.logs.append("news", text("2"));
  await backend.close();
  const again = durable({ path });
  const second = await serveHub({ transport: network, address: "hub", backend: again });
  expect(read((await iterator.next()).value?.frames)).toBe("2");
  expect(gaps).toBe(0);
  await second.close();
  await again.close();
  await using other = memory();
  await using _third = await serveHub({ transport: network, address: "hub", backend: other });
  await other.logs.append("news", text("of another log"));
  expect(read((await iterator.next()).value?.frames)).toBe("of another log");
  expect(gaps).toBe(1);
});

it(
  "loses no entry that it had acknowledged when the hub is killed during appends, and readers miss and double none",
  async () => {
    const path = temporaryFolder(onTestFinished);
    const acknowledged = new Set<string>();
    let appended = 0;
    const appendUntilLost = async (logs: Logs, onAppend: () => void): Promise<void> => {
      for (;;) {
        appended += 1;
        const entry = String(appended);
        const isKept = await logs.append("news", text(entry)).then(
          () => true,
          () => false,
        );
        if (!isKept) return;
        acknowledged.add(entry);
        onAppend();
      }
    };
    const seen: string[] = [];
    let position = "start";
    for (let kills = 1; kills <= HUB_KILLS; kills += 1) {
      const hub = await startChild(new URL("durable-hub-process.js", import.meta.url), ["tcp://127.0.0.1:0", path]);
      await using transport = withHub(zmq(), hub.said, { reconnect: false });
      const reader = await transport.logs.read("news", { from: position });
      const reading = readAll(reader, seen);
      const enough = acknowledged.size + 23 * kills;
      const onAppend = (): void => {
        if (acknowledged.size === enough) void hub.kill();
      };
      await Promise.all(Array.from({ length: APPEND_AT_ONCE }, () => appendUntilLost(transport.logs, onAppend)));
      await hub.kill();
      await reading;
      position = reader.position;
    }
    await using backend = durable({ path });
    const { entries } = await backend.logs.size("news");
    const kept = textsOf(await take(await backend.logs.read("news", { from: "start" }), entries));
    expect([...acknowledged].filter((entry) => !kept.includes(entry))).toEqual([]);
    const rest = textsOf(await take(await backend.logs.read("news", { from: position }), entries - seen.length));
    // What readers saw over all lives, and what is behind it, is what is kept: nothing was shown that was lost later.
    expect([...seen, ...rest]).toEqual(kept);
  },
  DEADLINE_MS,
);

async function take(reader: LogSubscription, count: number): Promise<readonly LogEntry[]> {
  const entries: LogEntry[] = [];
  const iterator = reader[Symbol.asyncIterator]();
  while (entries.length < count) {
    const { value } = await iterator.next();
    if (!value) break;
    entries.push(value);
  }
  return entries;
}

/** Reads until the hub is gone. */
async function readAll(reader: LogSubscription, seen: string[]): Promise<void> {
  try {
    for await (const { frames } of reader) seen.push(read(frames) ?? "");
  } catch {
    // It was killed.
  }
}

function textsOf(entries: readonly LogEntry[]): readonly (string | undefined)[] {
  return entries.map(({ frames }) => read(frames));
}
