/**
 * Somebody on the way who hears every message, and may send one again.
 *
 * @module
 */

import type { Channel, Frames, Transport } from "@fourwire/transport";

export interface Eavesdropper {
  /** The transport of the end that is listened to. */
  readonly transport: Transport;
  /** What it sent, over all its channels. */
  readonly heard: Frames[];
  /** Sends the last message of the channel in use once more. */
  replay(): Promise<void>;
}

export function eavesdrop(transport: Transport): Eavesdropper {
  const heard: Frames[] = [];
  let last: (() => Promise<void>) | undefined;
  const listenTo = (channel: Channel): Channel => ({
    closed: channel.closed,
    async send(frames) {
      // The sender may reuse its buffers.
      const copy = frames.map((frame) => frame.slice());
      heard.push(copy);
      last = () => channel.send(copy);
      await channel.send(frames);
    },
    close: () => channel.close(),
    [Symbol.asyncIterator]: () => channel[Symbol.asyncIterator](),
    [Symbol.asyncDispose]: () => channel.close(),
  });
  return {
    transport: {
      name: transport.name,
      // Whatever can be listened to is not encrypted.
      traits: { ...transport.traits, encrypted: false },
      connect: async (address, wait) => listenTo(await transport.connect(address, wait)),
      listen: (address, wait) => transport.listen(address, wait),
      close: () => transport.close(),
      [Symbol.asyncDispose]: () => transport.close(),
    },
    heard,
    replay: async () => last?.(),
  };
}
