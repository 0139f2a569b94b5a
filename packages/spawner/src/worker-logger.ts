/**
 * A logger for what runs in workers.
 *
 * @module
 */

import process from "node:process";
import { type LoggerOptions, type Logger as PinoLogger, pino } from "pino";
import { LOG_LEVELS } from "./log-record.ts";
import { levelOf } from "./read-record.ts";
import { findSink, whereabouts } from "./record-sink.ts";

/** Whatever takes lines of pino's. */
export interface LogDestination {
  write(line: string): void;
}

/**
 * Makes a destination for a pino logger of your own: its records go where those
 * of `workerLogger` go.
 */
export function logDestination(): LogDestination {
  const sink = findSink();
  if (!sink) return { write: (line) => void process.stdout.write(line) };
  return {
    write(line) {
      if (levelOf(line) >= LOG_LEVELS[sink.level]) sink.write(line);
    },
  };
}

/**
 * Makes a pino logger whose records go to the collector of whoever started this
 * worker, and have arrived there or are on their way when the call returns: a
 * crash loses none. Elsewhere it writes to stdout, as pino does.
 *
 * The level is the worker's, which its owner sets; `options.level` lets less
 * through.
 */
export function workerLogger(options: LoggerOptions = {}): PinoLogger {
  if (!findSink()) return pino(options);
  return pino({ level: "trace", base: whereabouts("log"), ...options }, logDestination());
}
