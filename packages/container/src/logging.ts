/**
 * One logger for the container and all features.
 *
 * @module
 */

import type { Logger } from "@fourwire/session";
import type { Secrets } from "./secrets.ts";

/**
 * Passes lines on to the application's logger: without secrets, and with the
 * feature that they are from.
 */
export function createLogger(logger: Logger | undefined, feature: string, secrets: Secrets): Logger {
  const pass = (level: keyof Logger, fields: object, message: string): void => {
    if (!logger) return;
    const clean: object = Object(secrets.fields({ feature, ...fields }));
    logger[level](clean, secrets.redact(message));
  };
  return {
    debug: (fields, message) => pass("debug", fields, message),
    info: (fields, message) => pass("info", fields, message),
    warn: (fields, message) => pass("warn", fields, message),
  };
}
