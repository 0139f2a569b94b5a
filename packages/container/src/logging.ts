/**
 * One logger for the container and all features.
 *
 * @module
 */

import type { Logger } from "@fourwire/session";
import type { Secrets } from "./secrets.ts";

type Level = "trace" | "debug" | "info" | "warn" | "error" | "fatal";

/** What pino's levels are for a logger that has only debug, info and warn. */
const LEVELS: Readonly<Record<Level, keyof Logger>> = {
  trace: "debug",
  debug: "debug",
  info: "info",
  warn: "warn",
  error: "warn",
  fatal: "warn",
};

/** A logger with all of pino's levels. */
export type LevelLogger = Logger & { readonly [Name in Level]: (fields: object, message: string) => void };

/**
 * Passes lines on to the application's logger: without secrets, and with the
 * feature that they are from. A level that it lacks becomes the nearest it has.
 */
export function createLogger(logger: Logger | undefined, feature: string, secrets: Secrets): LevelLogger {
  const at =
    (level: Level) =>
    (fields: object, message: string): void => {
      if (!logger) return;
      const clean: object = Object(secrets.fields({ feature, ...fields }));
      const write: unknown = Reflect.get(logger, level);
      if (typeof write === "function") Reflect.apply(write, logger, [clean, secrets.redact(message)]);
      else logger[LEVELS[level]](clean, secrets.redact(message));
    };
  return {
    trace: at("trace"),
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    fatal: at("fatal"),
  };
}
