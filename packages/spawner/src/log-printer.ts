/**
 * Records for people to read, and for a pino logger to have.
 *
 * @module
 */

import type { Logger as PinoLogger } from "pino";
import type { LogCollector } from "./log-collector.ts";
import { LOG_LEVELS, type LogLevel, type LogRecord } from "./log-record.ts";

/** Where records are printed. */
export interface LogPrinterOptions {
  /** Whether sources and levels have colours. Default: if the output is a terminal. */
  readonly colors?: boolean | undefined;
}

/** Whatever takes text. */
export interface TextOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
}

/** Colours of sources that can be read on dark and light grounds, as numbers of the 256. */
const COLORS: readonly number[] = [32, 34, 37, 61, 64, 66, 72, 97, 99, 100, 103, 125, 130, 132, 136, 161, 166, 172];

/** Names of levels by their numbers. */
const NAMES: ReadonlyMap<number, string> = new Map(Object.entries(LOG_LEVELS).map(([name, level]) => [level, name]));

/**
 * Prints the records of a collector, one a line, until what this returns is
 * disposed. Every source, which is a host, a process and a thread, has a colour
 * that stays the same from run to run. From Pyacq's `RPCLogHandler`.
 */
export function printLogs(logs: LogCollector, output: TextOutput, options: LogPrinterOptions = {}): Disposable {
  const { colors = output.isTTY === true } = options;
  return logs.listen((record) => output.write(`${formatRecord(record, colors)}\n`));
}

/** Hands the records of a collector to a pino logger, until what this returns is disposed. */
export function forwardLogs(logs: LogCollector, logger: Pick<PinoLogger, LogLevel>): Disposable {
  return logs.listen(({ level, msg, ...fields }) => logger[levelName(level)](fields, msg));
}

function formatRecord({ time, level, msg, hostname, name, thread, err }: LogRecord, colors: boolean): string {
  const source = `[${hostname}:${name}:${thread}]`;
  const head = `${new Date(time).toISOString()} ${colors ? paint(source, colorOf(source)) : source}`;
  const word = levelName(level).toUpperCase().padEnd(5);
  const stack = typeof err === "object" && err !== null && "stack" in err ? `\n${String(err.stack)}` : "";
  return `${head} ${colors && level >= LOG_LEVELS.warn ? paint(word, level >= LOG_LEVELS.error ? 160 : 178) : word} ${msg}${stack}`;
}

function paint(text: string, color: number): string {
  return `\u001b[38;5;${color}m${text}\u001b[0m`;
}

/** Picks a colour by the text itself, so that nothing has to be remembered. */
function colorOf(source: string): number {
  let sum = 0;
  for (const character of source) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  return COLORS[sum % COLORS.length] ?? 0;
}

function levelName(level: number): LogLevel {
  const name = NAMES.get(Math.min(60, Math.max(10, Math.floor(level / 10) * 10)));
  return name === "trace" || name === "debug" || name === "warn" || name === "error" || name === "fatal"
    ? name
    : "info";
}
