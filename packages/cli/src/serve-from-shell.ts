/**
 * Serving from a command line.
 *
 * @module
 */

import { once } from "node:events";
import process from "node:process";
import type { Key, Logger } from "@fourwire/session";
import { serveProcess } from "@fourwire/spawner";
import type { CommandOutput } from "./command-output.ts";
import { transportFor } from "./transport-for.ts";

/** What to serve, and where. */
export interface ShellOptions {
  readonly address: string;
  readonly base: string;
  readonly allow: readonly string[];
  /** `module#Class` of what to serve; nothing for an empty place that a client fills. */
  readonly object: string | undefined;
  readonly args: readonly unknown[];
  readonly key: Key | false | undefined;
  readonly isVerbose: boolean;
  readonly output: CommandOutput;
}

/**
 * Serves until Ctrl-C, SIGTERM, or until a client stops it. Rejects with a
 * `TypeError` when there is neither an object nor an allow-list: nothing could
 * ever be served then.
 */
export async function serveFromShell(options: ShellOptions): Promise<void> {
  const { address, base, allow, object, args, key, isVerbose, output } = options;
  if (!object && allow.length === 0) throw new TypeError("nothing may be served: give --allow or --object");
  await using transport = await transportFor(address);
  const ending = new AbortController();
  const stop = (): void => ending.abort();
  const logger = isVerbose ? createLogger() : undefined;
  await using served = await serveProcess({
    transport,
    address,
    base,
    allow,
    key,
    logger,
    single: true,
    onStop: stop,
    onError: (error) => logger?.warn({}, error.message),
    ...(object && { object: { target: object, args } }),
  });
  output.write(`serving at ${served.address}\n`);
  if (key === undefined && served.key !== undefined) output.write(`key ${String(served.key)}\n`);
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  if (!ending.signal.aborted) await once(ending.signal, "abort");
  process.off("SIGINT", stop);
  process.off("SIGTERM", stop);
  output.write("stopped\n");
}

/** Writes one line of JSON for each event, without arguments or keys. */
function createLogger(): Logger {
  const write =
    (level: number) =>
    (fields: object, msg: string): void =>
      void process.stderr.write(`${JSON.stringify({ level, time: Date.now(), ...fields, msg })}\n`);
  return { debug: write(20), info: write(30), warn: write(40) };
}
