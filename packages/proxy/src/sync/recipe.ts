/**
 * How the thread of a synchronous connection gets its transport.
 *
 * @module
 */

import { type Recipe, type Transport, TransportError } from "@fourwire/transport";

/** The transports by the scheme of the addresses that they understand. */
const BY_SCHEME: ReadonlyMap<string, Recipe> = new Map([
  ["tcp", { module: "@fourwire/transport-zmq", export: "zmq", options: undefined }],
  ["ipc", { module: "@fourwire/transport-zmq", export: "zmq", options: undefined }],
  ["ws", { module: "@fourwire/transport-ws", export: "webSocket", options: undefined }],
  ["wss", { module: "@fourwire/transport-ws", export: "webSocket", options: undefined }],
]);

/**
 * Finds the recipe to reach an address with.
 *
 * Throws `NO_RECIPE` when the transport given has none or the address's scheme
 * says nothing, and `UNSUPPORTED` for what leads to this same process only.
 */
export function recipeFor(address: string, transport: Transport | undefined): Recipe {
  const scheme = /^([a-z]+):/.exec(address)?.[1] ?? "";
  if (transport?.name === "memory" || scheme === "inproc") {
    const what = scheme === "inproc" ? `"${address}"` : "A memory transport";
    const message = `${what} leads to this same process; connectSync needs a server that runs while this thread waits: tcp, ipc, ws or wss`;
    throw new TransportError("UNSUPPORTED", message);
  }
  if (!transport) return BY_SCHEME.get(scheme) ?? refuse(`transport: "${address}" does not tell which one; give it`);
  const { recipe, name } = transport;
  return recipe ?? refuse(`transport: "${name}" has no recipe, so the connection's thread cannot build it`);
}

function refuse(message: string): never {
  throw new TransportError("NO_RECIPE", message);
}
