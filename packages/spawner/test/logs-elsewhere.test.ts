import { once } from "node:events";
import { hostname } from "node:os";
import { serve } from "@fourwire/proxy";
import {
  LogCollector,
  type LogRecord,
  logDestination,
  type SendLogsOptions,
  sendLogs,
  serveLogs,
  workerLogger,
} from "@fourwire/spawner";
import createPinoTransport from "@fourwire/spawner/pino";
import type { Transport } from "@fourwire/transport";
import { memory } from "@fourwire/transport/memory";
import { zmq } from "@fourwire/transport-zmq";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { LogDesk } from "../src/serve-logs.ts";
import { start } from "./fixture.ts";
import type { SenderModule } from "./log-sender-types.ts";

const transports: readonly (readonly [string, () => Transport, string])[] = [
  ["memory", memory, "logs"],
  ["zmq", zmq, "tcp://127.0.0.1:0"],
];

/** Notes what a collector delivers. */
function watch(logs: LogCollector): LogRecord[] {
  const seen: LogRecord[] = [];
  logs.listen((record) => seen.push(record));
  return seen;
}

describe.each(transports)("a collector that is served over %s", (_name, create, address) => {
  it("has the records of those who send with its key, each with its source", async () => {
    await using transport = create();
    using logs = new LogCollector({ sortWindowMs: 1 });
    await using served = await serveLogs(logs, { transport, address });
    const seen = watch(logs);
    await using sender = await sendLogs(served.address, { transport, key: served.key, name: "camera", level: "info" });
    workerLogger({ name: "shutter" }).warn({ ms: 20 }, "opened");
    workerLogger().debug("unimportant");
    pino({}, logDestination()).info("by a logger of its own");
    sender.write("no record at all");
    await sender.flush();
    logs.flush();
    const source = {
      hostname: hostname(),
      pid: process.pid,
      name: "camera",
      thread: expect.any(String),
      origin: "log",
    };
    expect(seen).toMatchObject([
      { ...source, level: 40, msg: "opened", ms: 20 },
      { ...source, level: 30, msg: "by a logger of its own" },
      { ...source, level: 30, msg: "no record at all" },
    ]);
    expect(sender.dropped).toBe(0);
  });

  it("has nothing of those without its key", async () => {
    await using transport = create();
    using logs = new LogCollector();
    await using served = await serveLogs(logs, { transport, address });
    await expect(sendLogs(served.address, { transport })).rejects.toMatchObject({ code: "UNAUTHORIZED" });
  });
});

/** Serves a collector, and connects a sender to it. */
async function connectSender(logs: LogCollector, options: Partial<SendLogsOptions> = {}) {
  const transport = memory();
  const served = await serveLogs(logs, { transport, key: false });
  const sender = await sendLogs(served.address, { transport, ...options });
  return {
    sender,
    served,
    async [Symbol.asyncDispose]() {
      await sender.close();
      await served.close();
      await transport.close();
    },
  };
}

it("sorts records by the collector's clock, however wrong the sender's is", async () => {
  using logs = new LogCollector({ sortWindowMs: 1 });
  const seen = watch(logs);
  const AHEAD_MS = 3_600_000;
  class Desk extends LogDesk {
    override clock(): number {
      return super.clock() + AHEAD_MS;
    }
  }
  await using transport = memory();
  await using served = await serve(new Desk(logs), undefined, { transport });
  await using sender = await sendLogs(served.address, { transport });
  const here = Date.now();
  sender.write(JSON.stringify({ level: 30, time: here, msg: "of the sender" }));
  await sender.flush();
  logs.flush();
  const corrected = (seen[0]?.time ?? 0) - here;
  expect(Math.abs(corrected - AHEAD_MS)).toBeLessThan(1_000);
});

it("keeps a bounded number of records for a collector that is gone, and counts what never arrived", async () => {
  using logs = new LogCollector();
  await using connected = await connectSender(logs, { maxRecords: 3, reconnect: false });
  const { sender, served } = connected;
  await served.close();
  for (let index = 0; index < 5; index += 1) sender.write(JSON.stringify({ level: 30, msg: String(index) }));
  expect(sender.dropped).toBe(2);
  await sender.flush();
  expect(sender.dropped).toBe(5);
});

it("leaves other loggers as they were once it is closed", async () => {
  using logs = new LogCollector({ sortWindowMs: 1 });
  const listeners = process.listenerCount("uncaughtExceptionMonitor");
  {
    await using connected = await connectSender(logs);
    expect(process.listenerCount("uncaughtExceptionMonitor")).toBe(listeners + 1);
    await connected.sender.close();
  }
  expect(process.listenerCount("uncaughtExceptionMonitor")).toBe(listeners);
  await expect(connectSender(logs, { maxRecords: 0 })).rejects.toThrow(/maxRecords is 0/);
  await expect(connectSender(logs, { level: "loud" as never })).rejects.toThrow(/level is loud/);
});

it("takes what pino hands to its transport, and has sent all of it when pino ends it", async () => {
  await using transport = zmq();
  using logs = new LogCollector({ sortWindowMs: 1 });
  await using served = await serveLogs(logs, { transport, address: "tcp://127.0.0.1:0" });
  const { recipe } = transport;
  if (!recipe || typeof served.key !== "string") throw new Error("There is no recipe, or no key");
  const seen = watch(logs);
  const stream = await createPinoTransport({
    address: served.address,
    key: served.key,
    transport: recipe,
    name: "through pino",
  });
  const logger = pino({}, stream);
  for (let index = 0; index < 1_000; index += 1) logger.info({ index }, "a line");
  stream.end();
  await once(stream, "close");
  logs.flush();
  expect(seen.map(({ index }) => index)).toEqual(Array.from({ length: 1_000 }, (_, index) => index));
  expect(seen[0]).toMatchObject({ name: "through pino", msg: "a line" });
});

it("hears of another process's records beside those of its own workers", async () => {
  await using transport = zmq();
  using logs = new LogCollector({ sortWindowMs: 20 });
  await using served = await serveLogs(logs, { transport, address: "tcp://127.0.0.1:0" });
  const seen = watch(logs);
  await using near = await start("process", { name: "near", log: logs });
  await using far = await start("process", { name: "unheard" });
  for (const worker of [near, far]) {
    const module = await worker.import<SenderModule>("./log-sender.js");
    if (worker === far) await module.sendTo(served.address, String(served.key));
    await module.say(`from ${worker.name}`);
  }
  await expect
    .poll(() => seen.map(({ name, msg }) => [name, msg]), { timeout: 5_000, interval: 10 })
    .toEqual([
      ["near", "from near"],
      ["far", "from unheard"],
    ]);
});
