/**
 * A link that loses messages and ends without a goodbye, made of a driver that
 * does not.
 *
 * @module
 */

import type { Channel, Frames, Transport } from "@fourwire/transport";
import { createGate, type Gate } from "./bench.ts";

/** The direction in which messages get lost, as seen from the end that connects. */
export type Direction = "sent" | "received";

/** A transport whose connections can be broken. */
export interface LossyLink {
  readonly transport: Transport;
  /** Loses, from now on, every message of that direction; resolves when the first is lost. New channels are whole. */
  lose(direction: Direction): Promise<void>;
  /** Ends the channels that are open; whoever uses them hears no goodbye. */
  cut(): Promise<void>;
}

/** Creates a link over a transport, which goes on to listen and is closed by its owner. */
export function createLossyLink(transport: Transport): LossyLink {
  const channels: LossyChannel[] = [];
  const close = (): Promise<void> => transport.close();
  return {
    transport: {
      name: transport.name,
      traits: transport.traits,
      async connect(address, options) {
        const channel = new LossyChannel(await transport.connect(address, options));
        channels.push(channel);
        return channel;
      },
      listen: (address, options) => transport.listen(address, options),
      close,
      [Symbol.asyncDispose]: close,
    },
    lose: (direction) => Promise.race(channels.map((channel) => channel.lose(direction))),
    async cut() {
      await Promise.all(channels.splice(0).map((channel) => channel.close()));
    },
  };
}

class LossyChannel implements Channel {
  readonly #channel: Channel;
  readonly #losses: Partial<Record<Direction, Gate>> = {};

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  get closed(): Channel["closed"] {
    return this.#channel.closed;
  }

  lose(direction: Direction): Promise<void> {
    const loss = this.#losses[direction] ?? createGate();
    this.#losses[direction] = loss;
    return loss.opened;
  }

  async send(frames: Frames): Promise<void> {
    if (this.#losses.sent) this.#losses.sent.open();
    else await this.#channel.send(frames);
  }

  close(): Promise<void> {
    return this.#channel.close();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Frames> {
    for await (const frames of this.#channel) {
      if (this.#losses.received) this.#losses.received.open();
      else yield frames;
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
