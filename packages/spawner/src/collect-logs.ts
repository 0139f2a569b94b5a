/**
 * A worker's records and output on their way to a collector.
 *
 * @module
 */

import { hostname } from "node:os";
import { splitLines } from "./line-splitter.ts";
import type { LogCollector } from "./log-collector.ts";
import { LOG_LEVELS, type LogOrigin } from "./log-record.ts";
import { readRecord } from "./read-record.ts";
import type { Runtime } from "./runtime.ts";

/** Has a collector take everything that a worker says until it has ended. */
export function collectLogs(runtime: Runtime, name: string, logs: LogCollector): void {
  const { pid, stdout, stderr, kind } = runtime;
  const where = { hostname: hostname(), pid, name, thread: kind === "thread" ? "thread" : "main" };
  const addLine = (msg: string, origin: LogOrigin): void => {
    const level = origin === "stderr" ? LOG_LEVELS.warn : LOG_LEVELS.info;
    logs.add({ level, time: Date.now(), msg, ...where, origin });
  };
  if (stdout) splitLines(stdout, (line) => addLine(line, "stdout"));
  if (stderr) splitLines(stderr, (line) => addLine(line, "stderr"));
  runtime.onRecord((line) => logs.add({ ...where, ...readRecord(line), name }));
}
