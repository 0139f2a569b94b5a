/**
 * One thing that a worker said, in the shape of pino's.
 *
 * @module
 */

/** Pino's names of levels, and their numbers. */
export const LOG_LEVELS = { trace: 10, debug: 20, info: 30, warn: 40, error: 50, fatal: 60 } as const;

/** How important a record is, by name. */
export type LogLevel = keyof typeof LOG_LEVELS;

/** Where a record comes from. */
export type LogOrigin = "log" | "stdout" | "stderr" | "uncaughtException" | "unhandledRejection";

/** One thing that a worker said. */
export interface LogRecord {
  /** Pino's number: 30 for what was written to stdout, 40 for stderr, 60 for what ended the worker. */
  readonly level: number;
  /** When it was said, in ms since 1970; of lines of output, when they arrived. */
  readonly time: number;
  readonly msg: string;
  readonly hostname: string;
  readonly pid: number;
  /** The worker's name. */
  readonly name: string;
  /** The thread's: `main`, or its number. */
  readonly thread: string;
  readonly origin: LogOrigin;
  /** Whatever else was logged; an error is `err`, with type, message and stack. */
  readonly [field: string]: unknown;
}

/** Checks a level that comes from a user or another process. Throws a `TypeError`. */
export function readLevel(value: unknown): LogLevel {
  const levels: readonly string[] = Object.keys(LOG_LEVELS);
  if (isLevel(value)) return value;
  throw new TypeError(`level is ${String(value)}; expected one of ${levels.join(", ")}`);
}

function isLevel(value: unknown): value is LogLevel {
  return typeof value === "string" && Object.hasOwn(LOG_LEVELS, value);
}
