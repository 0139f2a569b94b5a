/**
 * Records as they travel: lines of JSON, in pino's shape.
 *
 * @module
 */

import { LOG_LEVELS, type LogOrigin } from "./log-record.ts";

/** What every record has, whatever the line was. */
export interface SaidRecord {
  readonly level: number;
  readonly time: number;
  readonly msg: string;
  readonly origin: LogOrigin;
  readonly [field: string]: unknown;
}

/** Reads a line that a worker sent as a record; anything else is the text of one. */
export function readRecord(line: string): SaidRecord {
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

/** Reads the level of a line of pino's, which is its first field. */
export function levelOf(line: string): number {
  return Number(/^\{"level":(\d+)/.exec(line)?.[1] ?? LOG_LEVELS.info);
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
