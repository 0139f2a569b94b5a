/**
 * The WebSocket transport of browsers.
 *
 * @module
 */

import type { Recipe, Traits, Transport } from "@fourwire/transport";
import { TransportError } from "@fourwire/transport";
import { parseConnectAddress } from "./address.ts";
import { Connections } from "./connections.ts";
import type { LimitOptions, LimitSettings } from "./limits.ts";
import { settleLimits } from "./limits.ts";
import { dialPlatform } from "./platform-dial.ts";

/** How a WebSocket transport behaves in a browser; plain data. */
export interface WebSocketOptions extends LimitOptions {
  /** Speaks `wss:` only, which makes the transport an encrypted one. Default false. */
  readonly wssOnly?: boolean;
}

/**
 * Creates a transport over the platform's WebSocket: `ws://host:port/path`,
 * `wss://host:port/path`.
 *
 * It connects, in pages and in workers; `listen` rejects with `UNSUPPORTED`.
 * Throws a `TypeError` that names the option that is wrong.
 *
 * @example
 * ```ts
 * await using transport = webSocket();
 * const channel = await transport.connect("wss://robots.example/fourwire");
 * ```
 */
export function webSocket(options: WebSocketOptions = {}): Transport {
  const { wssOnly = false } = options;
  const limits = settleLimits(options);
  const connections = new Connections((url, signal) => dialPlatform(url, limits, signal));
  const transport: Transport = {
    name: "webSocket",
    traits: traitsOf(limits, wssOnly),
    async connect(address, { signal } = {}) {
      signal?.throwIfAborted();
      connections.checkOpen();
      return await connections.connect(parseConnectAddress(address, wssOnly), signal);
    },
    async listen(_address, { signal } = {}) {
      signal?.throwIfAborted();
      connections.checkOpen();
      throw new TransportError("UNSUPPORTED", "A browser cannot listen: it connects to a server on Node");
    },
    close: () => connections.close(),
    [Symbol.asyncDispose]: () => connections.close(),
  };
  const recipe: Recipe = {
    module: "@fourwire/transport-ws/browser",
    export: "webSocket",
    options: structuredClone(options),
  };
  // Out of the way of logs: the protocols may hold a token.
  return Object.defineProperty(transport, "recipe", { get: () => recipe, enumerable: false });
}

function traitsOf({ maxMessageBytes }: LimitSettings, encrypted: boolean): Traits {
  return {
    detectsLoss: true,
    topics: false,
    queues: false,
    logs: false,
    durable: false,
    transferables: false,
    encrypted,
    local: false,
    maxMessageBytes,
  };
}
