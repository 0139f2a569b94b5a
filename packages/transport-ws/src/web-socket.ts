/**
 * The WebSocket transport of Node.
 *
 * @module
 */

import type { Listener, Recipe, Traits, Transport } from "@fourwire/transport";
import { parseConnectAddress } from "./address.ts";
import { Connections } from "./connections.ts";
import { dial } from "./dial.ts";
import { Listeners } from "./listeners.ts";
import type { Settings, WebSocketOptions } from "./options.ts";
import { settle } from "./options.ts";

/**
 * Creates a transport over WebSocket: `ws://host:port/path`,
 * `wss://host:port/path`.
 *
 * A listener opens a free port for port `0`; without an address it is
 * `ws://127.0.0.1:0`. With `server` it takes a path of that server instead, a
 * fresh one without an address. Throws a `TypeError` that names the option that
 * is wrong.
 *
 * @example
 * ```ts
 * await using transport = webSocket({ origins: ["https://app.example"] });
 * const listener = await transport.listen("ws://127.0.0.1:0/fourwire");
 * const channel = await transport.connect(listener.address);
 * ```
 */
export function webSocket(options: WebSocketOptions = {}): Transport {
  const settings = settle(options);
  const connections = new Connections((url, signal) => dial(url, settings, signal));
  const listeners = new Listeners(settings, connections);
  const close = async (): Promise<void> => {
    const closing = connections.close();
    await Promise.all([closing, listeners.close()]);
  };
  const transport: Transport = {
    name: "webSocket",
    traits: traitsOf(settings),
    async connect(address, { signal } = {}) {
      signal?.throwIfAborted();
      connections.checkOpen();
      return await connections.connect(parseConnectAddress(address, settings.wssOnly), signal);
    },
    async listen(address, { signal } = {}): Promise<Listener> {
      signal?.throwIfAborted();
      return await listeners.listen(address, signal);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
  const { server, verify, ...data } = options;
  // A server and a function are this thread's own.
  if (server || verify) return transport;
  const recipe: Recipe = { module: "@fourwire/transport-ws", export: "webSocket", options: structuredClone(data) };
  // Out of the way of logs: the options may hold a key or a token.
  return Object.defineProperty(transport, "recipe", { get: () => recipe, enumerable: false });
}

function traitsOf({ maxMessageBytes, wssOnly }: Settings): Traits {
  return {
    detectsLoss: true,
    topics: false,
    queues: false,
    logs: false,
    durable: false,
    transferables: false,
    encrypted: wssOnly,
    local: false,
    maxMessageBytes,
  };
}
