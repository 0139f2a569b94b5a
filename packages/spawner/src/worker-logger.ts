/**
 * A logger for what runs in workers.
 *
 * @module
 */

import { type LoggerOptions, type Logger as PinoLogger, pino } from "pino";
import { LOG_LEVELS } from "./log-record.ts";
import { findSink, whereabouts } from "./record-sink.ts";

/**
 * Makes a pino logger whose records go to the collector of whoever started this
 * worker, and have arrived there or are on their way when the call returns: a
 * crash loses none. Elsewhere it writes to stdout, as pino does.
 *
 * The level is the worker's, which its owner sets; `options.level` lets less
 * through.
 */
export function workerLogger(options: LoggerOptions = {}): PinoLogger {
  const sink = findSink();
  if (!sink) return pino(options);
  const write = (line: string): void => {
    // The level is the first field of every line.
    const level = Number(/^\{"level":(\d+)/.exec(line)?.[1] ?? LOG_LEVELS.info);
    if (level >= LOG_LEVELS[sink.level]) sink.write(line);
  };
  return pino({ level: "trace", base: whereabouts("log"), ...options }, { write });
}
