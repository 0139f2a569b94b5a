/**
 * A look at what passes between a session and its channel.
 *
 * @module
 */

import { type Channel, type Frames, sizeOfFrames, type Transport } from "@fourwire/transport";
import { decode } from "./raw-peer.ts";

/** What is told of each message of the end that connects. */
export interface TapOptions {
  /** A message is about to be handed to the channel. */
  sent?(message: readonly unknown[], bytes: number): unknown;
  /** A message is about to be handed to the session. */
  received?(message: readonly unknown[], bytes: number): unknown;
  /** Awaited before each message is handed to the channel. */
  gate?(): Promise<void>;
}

/** Wraps a transport so that the channels of the end that connects are watched. */
export function tap(transport: Transport, options: TapOptions): Transport {
  return {
    name: transport.name,
    traits: transport.traits,
    connect: async (address, wait) => tapped(await transport.connect(address, wait), options),
    listen: (address, wait) => transport.listen(address, wait),
    close: () => transport.close(),
    [Symbol.asyncDispose]: () => transport.close(),
  };
}

function tapped(channel: Channel, { sent, received, gate }: TapOptions): Channel {
  return {
    closed: channel.closed,
    async send(frames) {
      sent?.(decode(frames[0]), sizeOfFrames(frames));
      await gate?.();
      await channel.send(frames);
    },
    close: () => channel.close(),
    async *[Symbol.asyncIterator](): AsyncIterator<Frames> {
      for await (const frames of channel) {
        received?.(decode(frames[0]), sizeOfFrames(frames));
        yield frames;
      }
    },
    [Symbol.asyncDispose]: () => channel.close(),
  };
}
