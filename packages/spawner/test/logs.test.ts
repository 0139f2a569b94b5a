import { hostname } from "node:os";
import { forwardLogs, LogCollector, type LogRecord, printLogs } from "@fourwire/spawner";
import { describe, expect, it } from "vitest";
import { laboratoryOf, start, startedKinds } from "./fixture.ts";

/** Waits for the first record of which something holds. */
async function find(logs: LogCollector, wanted: (record: LogRecord) => boolean): Promise<LogRecord> {
  for await (const record of logs) if (wanted(record)) return record;
  throw new Error("The collector ended without it");
}

function record(fields: Partial<LogRecord>): LogRecord {
  const where = { hostname: "h", pid: 1, name: "n", thread: "main", origin: "log" as const };
  return { level: 30, time: 0, msg: "", ...where, ...fields };
}

describe.each(startedKinds)("what a worker of the kind %s says", (kind) => {
  it("arrives with names: records, and lines of output [pyacq-22]", async () => {
    using logs = new LogCollector({ sortWindowMs: 20 });
    await using worker = await start(kind, { name: "spectrometer", log: logs });
    const laboratory = await laboratoryOf(worker);
    const logged = find(logs, ({ origin }) => origin === "log");
    await laboratory.log("info", "lamp on", { watts: 40 });
    expect(await logged).toMatchObject({
      level: 30,
      msg: "lamp on",
      watts: 40,
      name: "spectrometer",
      hostname: hostname(),
      pid: worker.pid,
    });
    const [out, err] = [
      find(logs, ({ origin }) => origin === "stdout"),
      find(logs, ({ origin }) => origin === "stderr"),
    ];
    await laboratory.print("a line\n", "a warning\n");
    expect(await out).toMatchObject({ level: 30, msg: "a line", name: "spectrometer" });
    expect(await err).toMatchObject({ level: 40, msg: "a warning" });
  });

  it("has invalid bytes replaced, and its last unfinished line delivered [pyacq-22]", async () => {
    using logs = new LogCollector({ sortWindowMs: 1 });
    const worker = await start(kind, { log: logs });
    const laboratory = await laboratoryOf(worker);
    const seen: string[] = [];
    logs.listen(({ msg, origin }) => void (origin === "stdout" && seen.push(msg)));
    await laboratory.printBytes(new Uint8Array([0x61, 0xff, 0x62, 0x0a, 0xc3]));
    await laboratory.printBytes(new Uint8Array([0xa9, 0x21]));
    await worker.stop();
    logs.flush();
    expect(seen).toEqual(["a\ufffdb", "\u00e9!"]);
  });

  it.each([
    ["crash", "uncaughtException"],
    ["rejectUnheard", "unhandledRejection"],
  ] as const)("has what ends it: %s", async (deed, origin) => {
    using logs = new LogCollector({ sortWindowMs: 1 });
    const worker = await start(kind, { log: logs, name: "doomed" });
    const laboratory = await laboratoryOf(worker);
    const fatal = find(logs, ({ level }) => level === 60);
    // Its answer may be lost with the worker.
    await laboratory[deed]("The lamp exploded").catch(() => undefined);
    await worker.exited;
    expect(await fatal).toMatchObject({
      msg: "The lamp exploded",
      name: "doomed",
      origin,
      err: { message: "The lamp exploded", stack: expect.stringContaining("laboratory.js") },
    });
  });

  it("is as much as its owner wants, from one moment to the next", async () => {
    using logs = new LogCollector({ sortWindowMs: 1 });
    await using worker = await start(kind, { log: logs, logLevel: "info" });
    const laboratory = await laboratoryOf(worker);
    const seen: string[] = [];
    logs.listen(({ msg, origin }) => void (origin === "log" && seen.push(msg)));
    await laboratory.log("debug", "not sent");
    await laboratory.log("info", "sent");
    await worker.setLogLevel("debug");
    await laboratory.log("debug", "sent, too");
    await worker.stop();
    logs.flush();
    expect(seen).toEqual(["sent", "sent, too"]);
    await expect(worker.setLogLevel("loud" as never)).rejects.toThrow(/level is loud/);
  });
});

it("loses nothing that was logged before a process was killed", async () => {
  using logs = new LogCollector({ sortWindowMs: 1 });
  const worker = await start("process", { log: logs });
  const laboratory = await laboratoryOf(worker);
  const last = find(logs, ({ msg }) => msg === "last words");
  await laboratory.logAndDie("last words");
  expect(await worker.exited).toMatchObject({ signal: "SIGKILL" });
  expect(await last).toMatchObject({ level: 50 });
});

it("puts records in the order of their times within the sort window, and leaves out what is too unimportant", async () => {
  using logs = new LogCollector({ sortWindowMs: 5, level: "info" });
  const seen: string[] = [];
  const done = new Promise<void>((resolve) => {
    logs.listen(({ msg }) => {
      seen.push(msg);
      if (msg === "c") resolve();
    });
  });
  const now = Date.now();
  logs.add(record({ time: now + 2, msg: "c" }));
  logs.add(record({ time: now, msg: "a" }));
  logs.add(record({ time: now + 1, msg: "b" }));
  logs.add(record({ level: 20, time: now, msg: "unimportant" }));
  await done;
  expect(seen).toEqual(["a", "b", "c"]);
});

it("lets a record from the future wait no longer than the others, and hold nobody up", async () => {
  using logs = new LogCollector({ sortWindowMs: 5 });
  const seen = find(logs, ({ msg }) => msg === "now");
  const early = find(logs, ({ msg }) => msg === "tomorrow");
  logs.add(record({ time: Date.now() + 86_400_000, msg: "tomorrow" }));
  expect(await early).toMatchObject({ msg: "tomorrow" });
  logs.add(record({ time: Date.now(), msg: "now" }));
  expect(await seen).toMatchObject({ msg: "now" });
});

it("keeps a bounded number of records, and counts what it dropped", () => {
  using logs = new LogCollector({ maxRecords: 2 });
  for (const time of [1, 2, 3]) logs.add(record({ time }));
  expect(logs.dropped).toBe(1);
  expect(() => new LogCollector({ maxRecords: 0 })).toThrow(/maxRecords is 0/);
});

it("prints each source in a colour of its own that stays the same, and hands records to a pino logger", () => {
  const print = (colors: boolean): string[] => {
    using logs = new LogCollector();
    const lines: string[] = [];
    using _printing = printLogs(logs, { write: (text: string) => lines.push(text) }, { colors });
    logs.add(record({ msg: "one", name: "a" }));
    logs.add(record({ msg: "two", name: "b", level: 50, time: 1, err: { stack: "Error: two" } }));
    logs.flush();
    return lines;
  };
  expect(print(false)).toEqual([
    "1970-01-01T00:00:00.000Z [h:a:main] INFO  one\n",
    "1970-01-01T00:00:00.001Z [h:b:main] ERROR two\nError: two\n",
  ]);
  const [first = "", second = ""] = print(true);
  const colorOf = (line: string): string => /38;5;\d+/.exec(line)?.[0] ?? "";
  expect(colorOf(first)).not.toBe(colorOf(second));
  expect(print(true)).toEqual([first, second]);

  using logs = new LogCollector();
  const forwarded: unknown[] = [];
  const take = (fields: object, msg?: string): void => void forwarded.push([msg, fields]);
  const logger = { trace: take, debug: take, info: take, warn: take, error: take, fatal: take };
  using _forwarding = forwardLogs(logs, logger as never);
  logs.add(record({ msg: "here", name: "a" }));
  logs.flush();
  expect(forwarded).toMatchObject([["here", { name: "a" }]]);
});
