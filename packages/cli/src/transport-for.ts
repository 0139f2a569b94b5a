/**
 * The transport that an address belongs to.
 *
 * @module
 */

import type { Transport } from "@fourwire/transport";

type Driver = readonly [module: string, factory: string];

/** The package and the factory for each scheme; they are installed as they are needed. */
const DRIVERS: ReadonlyMap<string, Driver> = new Map<string, Driver>([
  ["tcp", ["@fourwire/transport-zmq", "zmq"]],
  ["ipc", ["@fourwire/transport-zmq", "zmq"]],
  ["ws", ["@fourwire/transport-ws", "webSocket"]],
  ["wss", ["@fourwire/transport-ws", "webSocket"]],
]);

/** Makes the transport of an address's scheme. Rejects with a `TypeError` for a scheme that has none, and for a driver that is not installed. */
export async function transportFor(address: string): Promise<Transport> {
  const scheme = address.split("://", 1)[0] ?? "";
  const driver = DRIVERS.get(scheme);
  if (!driver || !address.includes("://")) {
    throw new TypeError(`"${address}" is no address: it begins with one of ${[...DRIVERS.keys()].join(", ")}, and ://`);
  }
  const [module, name] = driver;
  const factory: unknown = Reflect.get(await load(module, scheme), name);
  if (typeof factory !== "function") throw new TypeError(`${module} has no "${name}"`);
  return factory();
}

async function load(module: string, scheme: string): Promise<object> {
  try {
    return await import(module);
  } catch (cause) {
    throw new TypeError(`${scheme}:// needs ${module}: npm install ${module}`, { cause });
  }
}
