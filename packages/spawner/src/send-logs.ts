/**
 * Records on their way to a collector elsewhere.
 *
 * @module
 */

import { hostname } from "node:os";
import process from "node:process";
import { isMainThread, threadId } from "node:worker_threads";
import { type ConnectOptions, connect, type Remote } from "@fourwire/proxy";
import { LOG_LEVELS, type LogLevel, readLevel } from "./log-record.ts";
import { levelOf } from "./read-record.ts";
import { installSink, type RecordSink } from "./record-sink.ts";
import type { LogDesk, LogSource } from "./serve-logs.ts";

/** How records are sent. */
export interface SendLogsOptions extends Omit<ConnectOptions, "name"> {
  /** What this process is called in the records. Default: its id. */
  readonly name?: string | undefined;
  /** What is less important is not sent. Default `trace`. */
  readonly level?: LogLevel | undefined;
  /** The most records that wait while the collector cannot be reached; beyond it the oldest are dropped. Default 10,000. */
  readonly maxRecords?: number | undefined;
}

/** The records sent in one call. */
const BATCH = 500;

/** How many round trips tell the difference of the clocks, and for how long it holds. */
const CLOCK_TRIPS = 5;
const CLOCK_MS = 60_000;

/**
 * Sends what this process logs to a collector that `serveLogs` serves, with
 * times by the collector's clock: the records of `workerLogger` and
 * `logDestination`, and its uncaught errors. A crash can lose what was not sent
 * yet; the children of `spawn`, which need no such connection, lose nothing.
 * From Pyacq's `LogSender`.
 *
 * Disposing what it returns sends what waits, and stops that. Rejects as
 * `connect` does.
 *
 * @example
 * ```ts
 * await using sender = await sendLogs("tcp://127.0.0.1:9001", { transport: zmq(), key, name: "camera" });
 * workerLogger().info("ready");
 * ```
 */
export async function sendLogs(address: string, options: SendLogsOptions): Promise<LogSender> {
  const { name = String(process.pid), level = "trace", maxRecords = 10_000, ...connecting } = options;
  readLevel(level);
  if (!(Number.isInteger(maxRecords) && maxRecords > 0)) throw new TypeError(`maxRecords is ${String(maxRecords)}`);
  const desk = await connect<LogDesk>(address, connecting);
  try {
    const source = { hostname: hostname(), pid: process.pid, name, thread: isMainThread ? "main" : String(threadId) };
    const sender = new LogSender(desk, source, level, maxRecords);
    await sender.adjustClock();
    return sender;
  } catch (error) {
    await desk[Symbol.asyncDispose]();
    throw error;
  }
}

/** Sends records; a destination for pino as well. */
export class LogSender implements RecordSink, AsyncDisposable {
  level: LogLevel;
  readonly #desk: Remote<LogDesk> & AsyncDisposable;
  readonly #source: LogSource;
  readonly #maxRecords: number;
  readonly #installed: Disposable;
  readonly #waiting: string[] = [];
  #dropped = 0;
  #behindMs = 0;
  #adjustedMs = Number.NEGATIVE_INFINITY;
  #sending: Promise<void> | undefined;
  #closed: Promise<void> | undefined;

  constructor(desk: Remote<LogDesk> & AsyncDisposable, source: LogSource, level: LogLevel, maxRecords: number) {
    this.#desk = desk;
    this.#source = source;
    this.level = level;
    this.#maxRecords = maxRecords;
    this.#installed = installSink(this);
  }

  /** The number of records that never arrived: too many waited, or the connection was over. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Takes a record, which is a line of JSON. Never waits. */
  write(line: string): void {
    if (levelOf(line) < LOG_LEVELS[this.level]) return;
    this.#waiting.push(line);
    if (this.#waiting.length > this.#maxRecords) {
      this.#waiting.shift();
      this.#dropped += 1;
    }
    this.#sending ??= this.#send();
  }

  /** Waits until everything that was written has arrived, or is dropped. */
  async flush(): Promise<void> {
    while (this.#sending) await this.#sending;
  }

  /** Sends what waits, and ends the connection. Safe to call twice. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Measures how far this clock is behind the collector's: by the round trip that took the least. */
  async adjustClock(): Promise<void> {
    let leastMs = Number.POSITIVE_INFINITY;
    for (let trip = 0; trip < CLOCK_TRIPS; trip += 1) {
      const [startedMs, here] = [performance.now(), Date.now()];
      const there = await this.#desk.clock();
      const tookMs = performance.now() - startedMs;
      if (tookMs >= leastMs) continue;
      leastMs = tookMs;
      this.#behindMs = there - (here + tookMs / 2);
    }
    this.#adjustedMs = performance.now();
  }

  async #close(): Promise<void> {
    this.#installed[Symbol.dispose]();
    await this.flush();
    await this.#desk[Symbol.asyncDispose]();
  }

  async #send(): Promise<void> {
    // What else is written in this turn goes along.
    await Promise.resolve();
    try {
      while (this.#waiting.length > 0) await this.#sendSome();
    } finally {
      this.#sending = undefined;
    }
  }

  async #sendSome(): Promise<void> {
    const lines = this.#waiting.splice(0, BATCH);
    try {
      if (performance.now() - this.#adjustedMs > CLOCK_MS) await this.adjustClock();
      await this.#desk.add(lines, this.#source, this.#behindMs);
    } catch {
      // Whoever would hear of it is the collector.
      this.#dropped += lines.length;
    }
  }
}
