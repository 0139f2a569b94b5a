/**
 * The drivers that a configuration can name, loaded only when one is.
 *
 * @module
 */

import type { Transport } from "@fourwire/transport";
import { z } from "zod";
import { ContainerError, invalidConfig } from "./errors.ts";
import { objectOf, withMethods } from "./schema.ts";

/** The drivers by the names of their factories. */
export type DriverName = "memory" | "zmq" | "redis" | "webSocket";

/** What a driver's factory is given. The driver checks the values. */
export type DriverOptions = Readonly<Record<string, unknown>>;

/** A transport: one that is there already, or a driver to create it with. */
export type TransportChoice =
  | Transport
  | DriverName
  | {
      readonly driver: DriverName;
      /** These go before those in `drivers`. Default none. */
      readonly options?: DriverOptions | undefined;
    };

/** Options by driver, for every transport that names it. */
export type DriversConfig = { readonly [Name in DriverName]?: DriverOptions | undefined };

interface Driver {
  /** The package to install. */
  readonly package: string;
  readonly module: string;
  /** The names of its options. */
  readonly options: readonly string[];
}

/** Where the drivers are. No driver is a dependency, so that nobody installs native code for nothing. */
export const DRIVERS: Readonly<Record<DriverName, Driver>> = {
  memory: {
    package: "@fourwire/transport",
    module: "@fourwire/transport/memory",
    options: ["maxMessageBytes", "maxInboxBytes", "maxQueuedBytes", "maxLogBytes", "faults"],
  },
  zmq: {
    package: "@fourwire/transport-zmq",
    module: "@fourwire/transport-zmq",
    options: [
      ...["maxMessageBytes", "maxInboxBytes", "maxChannels", "connectTimeoutMs", "closeTimeoutMs", "keepaliveMs"],
      "curve",
    ],
  },
  redis: {
    package: "@fourwire/transport-redis",
    module: "@fourwire/transport-redis",
    options: [
      ...["url", "options", "client", "prefix", "maxMessageBytes", "maxInboxBytes", "maxChannels", "maxQueuedBytes"],
      ...["maxLogBytes", "connectTimeoutMs", "closeTimeoutMs", "checkMs", "lossMs", "onWarning"],
    ],
  },
  webSocket: {
    package: "@fourwire/transport-ws",
    module: "@fourwire/transport-ws",
    options: [
      ...["maxMessageBytes", "maxInboxBytes", "maxBufferedBytes", "maxChannels", "connectTimeoutMs", "closeTimeoutMs"],
      ...["protocols", "server", "origins", "hosts", "verify", "headers", "tls", "compression"],
    ],
  },
};

const NAMES = ["memory", "zmq", "redis", "webSocket"] as const;
const SHOWN = NAMES.map((name) => JSON.stringify(name)).join(", ");

/** The schema of a transport. */
export const transportChoice: z.ZodType<TransportChoice> = z.union(
  [
    withMethods<Transport>("a transport", ["connect", "listen", "close"]),
    z.enum(NAMES),
    z.discriminatedUnion("driver", [choiceOf("memory"), choiceOf("zmq"), choiceOf("redis"), choiceOf("webSocket")], {
      error: `one of ${SHOWN}`,
    }),
  ],
  { error: `a transport such as zmq(), a driver's name (${SHOWN}), or { driver, options }` },
);

/** The schema of the options by driver. */
export const driversConfig: z.ZodType<DriversConfig> = objectOf({
  memory: optionsOf("memory").optional(),
  zmq: optionsOf("zmq").optional(),
  redis: optionsOf("redis").optional(),
  webSocket: optionsOf("webSocket").optional(),
});

/**
 * Creates a transport with a driver, which is imported now.
 *
 * Rejects with `NOT_INSTALLED`, or with `CONFIG_INVALID` when the driver does not
 * like its options.
 */
export async function loadDriver(name: DriverName, options: DriverOptions, path: string): Promise<Transport> {
  const factory = await importFactory(name, path);
  try {
    return asTransport(factory(options));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw invalidConfig([{ path, message: error.message, source: `the driver ${name}` }]);
  }
}

function choiceOf<Name extends DriverName>(name: Name) {
  return objectOf({ driver: z.literal(name), options: optionsOf(name).optional() });
}

function optionsOf(name: DriverName): z.ZodType<DriverOptions> {
  return objectOf(Object.fromEntries(DRIVERS[name].options.map((option) => [option, z.unknown().optional()])));
}

async function importFactory(name: DriverName, path: string): Promise<(options: DriverOptions) => unknown> {
  const { module, package: packageName } = DRIVERS[name];
  try {
    const imported: object = await import(/* @vite-ignore */ module);
    const factory: unknown = Reflect.get(imported, name);
    if (typeof factory === "function") return (options) => factory(options);
  } catch (cause) {
    const message = `${path} names the driver "${name}", which could not be loaded: npm install ${packageName}`;
    throw new ContainerError("NOT_INSTALLED", message, { path, cause });
  }
  throw new ContainerError("NOT_INSTALLED", `${packageName} has no driver "${name}": it is of another version`, {
    path,
  });
}

function asTransport(value: unknown): Transport {
  return withMethods<Transport>("a transport", ["connect", "listen", "close"]).parse(value);
}
