/**
 * The transports that the bus's promises are checked over: a further one is one more line.
 *
 * @module
 */

import { serveHub, withHub } from "@fourwire/hub";
import type { Transport } from "@fourwire/transport";
import { memory } from "@fourwire/transport/memory";
import { zmq } from "@fourwire/transport-zmq";

/** A medium that several transports reach; disposing it ends all of them. */
export interface Medium extends AsyncDisposable {
  /** Makes a transport as another process would have it. */
  join(): Transport;
}

export interface MediumCase {
  readonly name: string;
  /** Whether `publish` knows how many it reaches. */
  readonly countsReceivers: boolean;
  create(): Promise<Medium>;
}

export const media: readonly MediumCase[] = [
  { name: "memory", countsReceivers: true, create: async () => shared(memory()) },
  { name: "a hub over ZeroMQ", countsReceivers: true, create: () => overHub(() => zmq(), "tcp://127.0.0.1:0") },
];

/** A transport that all share: its close is the medium's. */
function shared(transport: Transport): Medium {
  return { join: () => transport, [Symbol.asyncDispose]: () => transport.close() };
}

/** A hub, and a transport of its own for everybody who joins. */
async function overHub(create: () => Transport, address: string): Promise<Medium> {
  const served = create();
  const hub = await serveHub({ transport: served, address });
  const joined: Transport[] = [];
  return {
    join() {
      const transport = withHub(create(), hub.address);
      joined.push(transport);
      return transport;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(joined.map((transport) => transport.close()));
      await hub.close();
      await served.close();
    },
  };
}
