/**
 * A worker's records and output on their way to a collector.
 *
 * @module
 */

import { hostname } from "node:os";
import { splitLines } from "./line-splitter.ts";
import type { LogCollector } from "./log-collector.ts";
import { LOG_LEVELS, type LogOrigin } from "./log-record.ts";
import type { Runtime } from "./runtime.ts";

/** What every record has. */
interface Said {
  readonly level: number;
  readonly time: number;
  readonly msg: string;
  readonly origin: LogOrigin;
}

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

/** Reads a line that a worker sent as a record; anything else is the text of one. */
function readRecord(line: string): Said {
  const fields = parse(line);
  const { level, time, msg } = fields;
  return {
    ...fields,
    level: typeof level === "number" ? level : LOG_LEVELS.info,
    time: typeof time === "number" ? time : Date.now(),
    msg: typeof msg === "string" ? msg : line,
    origin: originOf(fields.origin),
  };
}

function parse(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function originOf(value: unknown): LogOrigin {
  return value === "uncaughtException" || value === "unhandledRejection" ? value : "log";
}
