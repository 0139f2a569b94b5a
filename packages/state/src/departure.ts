/**
 * Leaving clients without a goodbye, so that they look for whoever comes next.
 *
 * @module
 */

import type { Channel, Listener, Transport } from "@fourwire/transport";

/** A transport to serve with, and what ends all that came of it. */
export interface Departure {
  readonly transport: Transport;
  /** Stops listening and ends every channel: to the far ends they are lost, and nobody said that it is over. */
  leave(): Promise<void>;
}

/** Keeps track of what is listened at and accepted through a transport. */
export function createDeparture(inner: Transport): Departure {
  const listeners = new Set<Listener>();
  const channels = new Set<Channel>();
  const transport: Transport = {
    name: inner.name,
    traits: inner.traits,
    connect: (address, options) => inner.connect(address, options),
    async listen(address, options) {
      const listener = await inner.listen(address, options);
      listeners.add(listener);
      return follow(listener, channels);
    },
    close: () => inner.close(),
    [Symbol.asyncDispose]: () => inner.close(),
  };
  return {
    transport,
    async leave() {
      // What cannot be closed is as good as lost.
      await Promise.allSettled([...listeners].map((listener) => listener.close()));
      await Promise.allSettled([...channels].map((channel) => channel.close()));
    },
  };
}

/** A listener whose channels are known as long as they are open. */
function follow(listener: Listener, channels: Set<Channel>): Listener {
  async function* accept(): AsyncGenerator<Channel, void, undefined> {
    for await (const channel of listener) {
      channels.add(channel);
      void channel.closed.then(() => channels.delete(channel));
      yield channel;
    }
  }
  return {
    address: listener.address,
    close: () => listener.close(),
    [Symbol.asyncDispose]: () => listener.close(),
    [Symbol.asyncIterator]: () => accept(),
  };
}
