// @ts-check
/**
 * A transport that counts the bytes of its channels, both ways.
 *
 * @module
 */

/**
 * @typedef {import("@fourwire/transport").Transport} Transport
 * @typedef {import("@fourwire/transport").Channel} Channel
 */

/**
 * Wraps a transport for a client: it only connects.
 *
 * @param {Transport} inner
 * @returns {{ transport: Transport, bytes: () => number }}
 */
export function counted(inner) {
  let bytes = 0;
  /** @param {readonly Uint8Array[]} frames */
  const count = (frames) => {
    for (const frame of frames) bytes += frame.byteLength;
    return frames;
  };
  /** @param {Channel} channel @returns {Channel} */
  const follow = (channel) => ({
    closed: channel.closed,
    send: (frames) => channel.send(count(frames)),
    close: () => channel.close(),
    async *[Symbol.asyncIterator]() {
      for await (const frames of channel) yield count(frames);
    },
    [Symbol.asyncDispose]: () => channel.close(),
  });
  /** @type {Transport} */
  const transport = {
    name: inner.name,
    traits: inner.traits,
    connect: async (address, options) => follow(await inner.connect(address, options)),
    listen: (address, options) => inner.listen(address, options),
    close: () => inner.close(),
    [Symbol.asyncDispose]: () => inner.close(),
  };
  return { transport, bytes: () => bytes };
}
