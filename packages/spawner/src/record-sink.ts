/**
 * A worker's way to whoever collects its records.
 *
 * @module
 */

import { writeSync } from "node:fs";
import { hostname } from "node:os";
import process from "node:process";
import { isMainThread, type MessagePort, threadId } from "node:worker_threads";
import { LOG_LEVELS, type LogLevel, type LogOrigin } from "./log-record.ts";

/** Where a worker's records go. */
export interface RecordSink {
  /** What is less important is not sent. */
  level: LogLevel;
  /** Sends a record, which is a line of JSON, before this returns. */
  write(line: string): void;
}

/** Where all copies of this package in one thread find the sink. */
const SINK: unique symbol = Symbol.for("fourwire.spawner.records");

/** How long a record waits for a parent that does not read, before it is dropped. */
const MAX_WAIT_MS = 1_000;
const RETRY_MS = 2;

/**
 * Makes the sink of this process or thread known to its modules, and tells it of
 * what ends the process, until what this returns is disposed.
 */
export function installSink(sink: RecordSink): Disposable {
  const previous: unknown = Reflect.get(globalThis, SINK);
  Reflect.set(globalThis, SINK, sink);
  // Only a monitor: what happens to the worker then is what would have happened anyway.
  const monitor: NodeJS.UncaughtExceptionListener = (error, origin) => {
    const { name: type = "Error", message = String(error), stack = "" } = error instanceof Error ? error : {};
    const fields = { level: LOG_LEVELS.fatal, time: Date.now(), msg: message, err: { type, message, stack } };
    sink.write(JSON.stringify({ ...fields, ...whereabouts(origin) }));
  };
  process.on("uncaughtExceptionMonitor", monitor);
  return {
    [Symbol.dispose]() {
      process.off("uncaughtExceptionMonitor", monitor);
      if (findSink() === sink) Reflect.set(globalThis, SINK, previous);
    },
  };
}

/** Finds the sink of this worker; nothing in a process that is none. */
export function findSink(): RecordSink | undefined {
  const sink: unknown = Reflect.get(globalThis, SINK);
  return isSink(sink) ? sink : undefined;
}

/** Says where this code runs. */
export function whereabouts(origin: LogOrigin): { hostname: string; pid: number; thread: string; origin: LogOrigin } {
  return { hostname: hostname(), pid: process.pid, thread: isMainThread ? "main" : String(threadId), origin };
}

/** A sink that writes to a descriptor at once, so that nothing is lost however the process ends. */
export function descriptorSink(fd: number): RecordSink {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  return {
    level: "trace",
    write(line) {
      let rest = new TextEncoder().encode(`${line.trimEnd()}\n`);
      const deadline = performance.now() + MAX_WAIT_MS;
      while (rest.byteLength > 0 && performance.now() < deadline) {
        const written = tryWrite(fd, rest);
        if (written === undefined) return;
        rest = rest.subarray(written);
        if (written === 0) Atomics.wait(pause, 0, 0, RETRY_MS);
      }
    },
  };
}

/** A sink that posts to whoever started this thread. */
export function portSink(port: MessagePort): RecordSink {
  return { level: "trace", write: (line) => port.postMessage(line) };
}

/** Writes what the kernel takes at the moment; nothing to a parent that is gone. */
function tryWrite(fd: number, bytes: Uint8Array): number | undefined {
  try {
    return writeSync(fd, bytes);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EAGAIN" ? 0 : undefined;
  }
}

function isSink(value: unknown): value is RecordSink {
  return typeof value === "object" && value !== null && "write" in value && "level" in value;
}
