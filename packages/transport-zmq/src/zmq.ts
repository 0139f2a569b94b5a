/**
 * The ZeroMQ transport.
 *
 * @module
 */

import type { Recipe, Traits, Transport } from "@fourwire/transport";
import { FRESH_ADDRESS } from "./address.ts";
import { Ends } from "./ends.ts";
import type { Settings, ZmqOptions } from "./options.ts";
import { settle } from "./options.ts";
import { ROUTER_NOTICES_LOSS } from "./sockets.ts";

/**
 * Creates a transport over ZeroMQ: `tcp://host:port`, `ipc://path`,
 * `inproc://name`.
 *
 * A listener binds a free port for port `0` or `*`, and a fresh place for
 * `ipc://*` and `inproc://*`; without an address it is `tcp://127.0.0.1:0`.
 * Throws a `TypeError` that names the option that is wrong.
 *
 * @example
 * ```ts
 * await using transport = zmq();
 * const listener = await transport.listen("tcp://127.0.0.1:0");
 * const channel = await transport.connect(listener.address);
 * ```
 */
export function zmq(options: ZmqOptions = {}): Transport {
  const settings = settle(options);
  const ends = new Ends(settings);
  const transport: Transport = {
    name: "zmq",
    traits: traitsOf(settings),
    async connect(address, { signal } = {}) {
      signal?.throwIfAborted();
      return await ends.connect(address, signal);
    },
    async listen(address = FRESH_ADDRESS, { signal } = {}) {
      signal?.throwIfAborted();
      return await ends.listen(address, signal);
    },
    close: () => ends.close(),
    [Symbol.asyncDispose]: () => ends.close(),
  };
  const recipe: Recipe = { module: "@fourwire/transport-zmq", export: "zmq", options: structuredClone(options) };
  // Out of the way of logs: the options may hold a secret key.
  return Object.defineProperty(transport, "recipe", { get: () => recipe, enumerable: false });
}

function traitsOf({ curve, maxMessageBytes }: Settings): Traits {
  return {
    detectsLoss: ROUTER_NOTICES_LOSS,
    topics: false,
    queues: false,
    logs: false,
    durable: false,
    transferables: false,
    encrypted: curve !== undefined,
    local: false,
    maxMessageBytes,
  };
}
