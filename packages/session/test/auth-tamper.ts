/**
 * Somebody on the line: reads, changes, repeats, drops and adds messages.
 *
 * @module
 */

import type { Channel, Frames, Transport } from "@fourwire/transport";

/** What becomes of a message: the messages that travel in its place. */
export type Tamper = (frames: Frames, place: Place) => readonly Frames[];

/** Where a message stands. */
export interface Place {
  readonly direction: "to server" | "to client";
  /** The channel, counted from 0. */
  readonly channel: number;
  /** The message of its direction, counted from 0; two belong to the handshake of a keyed session. */
  readonly index: number;
}

/** The messages of a direction that belong to a keyed handshake. */
export const HANDSHAKE = 2;

/** Says of a transport that strangers can read and change what passes, or that they cannot. */
export function claiming(transport: Transport, encrypted: boolean): Transport {
  return {
    name: transport.name,
    traits: { ...transport.traits, encrypted },
    connect: (address, wait) => transport.connect(address, wait),
    listen: (address, wait) => transport.listen(address, wait),
    close: () => transport.close(),
    [Symbol.asyncDispose]: () => transport.close(),
  };
}

/** Puts somebody on the line between the ends of an unencrypted transport. */
export function tampered(transport: Transport, tamper: Tamper): Transport {
  let channels = 0;
  return {
    ...claiming(transport, false),
    async connect(address, wait) {
      const channel = await transport.connect(address, wait);
      channels += 1;
      return through(channel, tamper, channels - 1);
    },
  };
}

function through(inner: Channel, tamper: Tamper, channel: number): Channel {
  let sent = 0;
  return {
    closed: inner.closed,
    async send(frames) {
      const place: Place = { direction: "to server", channel, index: sent };
      sent += 1;
      for (const passing of tamper(frames, place)) await inner.send(passing);
    },
    close: () => inner.close(),
    async *[Symbol.asyncIterator](): AsyncIterator<Frames> {
      let received = 0;
      for await (const frames of inner) {
        const place: Place = { direction: "to client", channel, index: received };
        received += 1;
        yield* tamper(frames, place);
      }
    },
    [Symbol.asyncDispose]: () => inner.close(),
  };
}

/** Changes one bit of a frame, the last one by default. */
export function flip(frames: Frames, frame: number = frames.length - 1): Frames {
  return frames.map((bytes, index) => {
    if (index !== frame) return bytes;
    const changed = new Uint8Array(bytes);
    const middle = changed.length >> 1;
    changed[middle] = (changed[middle] ?? 0) ^ 1;
    return changed;
  });
}
