/**
 * The transports of one application, by name.
 *
 * @module
 */

import type { Transport } from "@fourwire/transport";
import { type CommonConfig, DEFAULT_TRANSPORT } from "./config.ts";
import { type DriverOptions, loadDriver, type TransportChoice } from "./drivers.ts";
import { type TrackedTransport, trackTransport } from "./tracked-transport.ts";

/** A transport, and whether the application made it. */
export interface CreatedTransport {
  readonly transport: Transport;
  readonly isOwn: boolean;
}

/** Makes the transport that stands at a path of the configuration. */
export type CreateTransport = (
  path: string,
  choice: TransportChoice,
  config: CommonConfig,
) => Promise<CreatedTransport>;

/** A transport of the application. */
export interface AppTransport extends TrackedTransport {
  /** Where it stands in the configuration: `transport`, or `transports` and its name. */
  readonly path: string;
  /** Closes what the application opened, and the transport itself if the application made it. */
  close(): Promise<void>;
}

/** Lists what the configuration has for transports, by path. */
export function choicesOf({ transport, transports = {} }: CommonConfig): [path: string, choice: TransportChoice][] {
  const named = Object.entries(transports).map(([name, choice]): [string, TransportChoice] => [pathOf(name), choice]);
  return transport === undefined ? named : [[DEFAULT_TRANSPORT, transport], ...named];
}

/** Finds the path of a transport that features know by name. */
export function pathOf(name: string | undefined): string {
  return name === undefined ? DEFAULT_TRANSPORT : `transports.${name}`;
}

/** Makes a transport, or takes the one that is given, which stays its owner's. */
export async function createTransport(
  path: string,
  choice: TransportChoice,
  { drivers = {} }: CommonConfig,
): Promise<CreatedTransport> {
  if (typeof choice === "object" && !("driver" in choice)) return { transport: choice, isOwn: false };
  const { driver, options } = typeof choice === "string" ? { driver: choice, options: undefined } : choice;
  const all: DriverOptions = { ...drivers[driver], ...options };
  return { transport: await loadDriver(driver, all, path), isOwn: true };
}

/** Follows what the application opens through a transport. */
export function createAppTransport(path: string, { transport, isOwn }: CreatedTransport): AppTransport {
  const tracked = trackTransport(transport);
  return {
    ...tracked,
    path,
    async close() {
      await tracked.transport.close();
      if (isOwn) await transport.close();
    },
  };
}
