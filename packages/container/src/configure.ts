/**
 * An application out of its configuration.
 *
 * @module
 */

import type { App } from "./app.ts";
import type { ContainerConfig } from "./config.ts";
import { FEATURES } from "./features.ts";
import { type StartOptions, start } from "./start.ts";
import { createTransport } from "./transports.ts";

/**
 * Opens an application: all that its configuration has, or, when a part fails,
 * nothing.
 *
 * The configuration is what is given here, over the environment's variables,
 * over `fourwire.config.js` or `fourwire.config.json`. Disposing the application
 * closes what it opened, in reverse order. A transport that is given stays open
 * for others; what the application opened through it does not.
 *
 * Rejects with `CONFIG_INVALID`, `NOT_INSTALLED` or `START_FAILED`, or with the
 * signal's reason.
 *
 * @example
 * ```ts
 * await using app = await configure({
 *   transport: zmq(),
 *   address: "tcp://127.0.0.1:8000",
 *   proxy: { serve: { robot: { object: new Robot() } } },
 * });
 * ```
 */
export async function configure(config: ContainerConfig, options: StartOptions = {}): Promise<App> {
  return await start(FEATURES, config, options, { createTransport, isTest: false });
}
