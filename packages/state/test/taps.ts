/**
 * Transports that count what they carry.
 *
 * @module
 */

import type { Channel, Listener, Transport } from "@fourwire/transport";

/** A transport, and what its listeners have sent. */
export interface CountedTransport {
  readonly transport: Transport;
  /** The bytes that the listening ends sent so far, all channels together. */
  sent(): number;
}

/** Wraps a transport so that it counts what servers send. */
export function counted(inner: Transport): CountedTransport {
  let bytes = 0;
  const count = (channel: Channel): Channel =>
    wrap(channel, {
      send(frames) {
        for (const frame of frames) bytes += frame.byteLength;
        return channel.send(frames);
      },
    });
  const listen: Transport["listen"] = async (address, options) => {
    const listener = await inner.listen(address, options);
    async function* channels(): AsyncGenerator<Channel, void, undefined> {
      for await (const channel of listener) yield count(channel);
    }
    return wrap<Listener>(listener, { [Symbol.asyncIterator]: () => channels() });
  };
  return { transport: wrap<Transport>(inner, { listen }), sent: () => bytes };
}

/** Makes something that differs from another in a few members. */
function wrap<Wrapped extends object>(inner: Wrapped, members: Partial<Wrapped>): Wrapped {
  return new Proxy(inner, {
    get(target, key) {
      const own: unknown = Reflect.get(members, key);
      if (own !== undefined) return own;
      const value: unknown = Reflect.get(target, key);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
