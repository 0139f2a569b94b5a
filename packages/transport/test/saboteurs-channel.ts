import type { Channel, Frames } from "@fourwire/transport";
import { copyFrames, sizeOfFrames } from "@fourwire/transport";
import type { Fixture } from "@fourwire/transport/conformance";
import { memory } from "@fourwire/transport/memory";
import { memoryFixture } from "./memory-fixture.ts";
import { breakChannels, breakReceived, breakTransport, map, never, override } from "./sabotage.ts";

const messageSaboteurs: Readonly<Record<string, Fixture>> = {
  "message/order": { ...memoryFixture, create: () => memory({ faults: { reordering: 0.01 } }) },
  "message/concurrent": breakChannels((channel) => {
    // Large messages take a way of their own, as over a medium with several connections.
    return {
      async send(frames) {
        if ((frames[0]?.byteLength ?? 0) > 50_000) await Promise.resolve();
        await channel.send(frames);
      },
    };
  }),
  "message/frames": breakReceived((frames) => [new Uint8Array(Buffer.concat(frames))]),
  "message/empty-frames": breakReceived((frames) => frames.filter((frame) => frame.byteLength > 0)),
  "message/many-frames": breakReceived((frames) => frames.slice(0, 255)),
  "message/too-many-frames": breakChannels((channel) => ({
    send: (frames) => channel.send(frames.slice(0, 65_536)),
  })),
  "message/large": breakReceived((frames) => frames.map((frame) => frame.slice(0, 1024 * 1024))),
  "message/too-large": breakTransport((transport) => ({ traits: { ...transport.traits, maxMessageBytes: 1024 } })),
  "message/views": breakChannels((channel) => ({
    send: (frames) => channel.send(frames.map((frame) => new Uint8Array(frame.buffer))),
  })),
  "message/reuse": breakChannels((channel) => ({
    async send(frames) {
      // Sends later what it was given now.
      setImmediate(() => void channel.send(frames).catch(() => undefined));
    },
  })),
  "message/plain": breakReceived((frames) => frames.map((frame) => Buffer.from(frame))),
  "message/owned": breakReceived((frames) => {
    const shared = Buffer.concat(frames);
    return frames.map((frame) => new Uint8Array(shared.buffer, shared.byteOffset, frame.byteLength));
  }),
  "message/mistakes": breakChannels((channel) => ({
    send: (frames) => channel.send(frames.length > 0 ? frames : [new Uint8Array()]),
  })),
  "message/kept-until-read": breakTransport((transport) => ({
    async listen(address, options) {
      const listener = await transport.listen(address, options);
      const iterate = async function* (): AsyncGenerator<Channel, undefined> {
        for await (const channel of listener) {
          await channel[Symbol.asyncIterator]().next();
          yield channel;
        }
      };
      return override(listener, { [Symbol.asyncIterator]: iterate });
    },
  })),
  "message/shared-iteration": breakChannels((channel) => {
    const iterator = channel[Symbol.asyncIterator]();
    let returned = false;
    return {
      [Symbol.asyncIterator]: () => ({
        next: async () => (returned ? { value: undefined, done: true } : iterator.next()),
        async return() {
          returned = true;
          return { value: undefined, done: true };
        },
      }),
    };
  }),
  "message/bounded": { ...memoryFixture, create: () => memory({ maxInboxBytes: Number.MAX_SAFE_INTEGER }) },
  "message/slow-reader": breakTransport((transport) => {
    // One pipe for all: nothing passes behind what nobody reads.
    let free: Promise<void> = Promise.resolve();
    return {
      async connect(address, options) {
        const channel = await transport.connect(address, options);
        const send = async (frames: Frames): Promise<void> => {
          if (sizeOfFrames(frames) > 1_000) free = never();
          else await free;
          await channel.send(frames);
        };
        return override(channel, { send });
      },
    };
  }),
};

const endSaboteurs: Readonly<Record<string, Fixture>> = {
  "channel/close-delivers": breakChannels((channel) => {
    const unsent: Frames[] = [];
    return {
      async send(frames) {
        // Accepts without copying to the medium; a close forgets the last one.
        const last = unsent.shift();
        unsent.push(copyFrames(frames));
        if (last) await channel.send(last);
      },
    };
  }),
  "channel/close-is-seen": breakChannels((channel) => ({ closed: channel.closed.then(never) })),
  "channel/closed-settles": breakChannels((channel) => {
    let closedHere = false;
    return {
      closed: channel.closed.then((reason) => (closedHere ? never() : reason)),
      async close() {
        closedHere = true;
        await channel.close();
      },
    };
  }),
  "channel/closed-waits": breakChannels(() => ({ closed: Promise.resolve(undefined) })),
  "channel/close-ends-reading": breakChannels((channel) => {
    let closedHere = false;
    const iterator = channel[Symbol.asyncIterator]();
    return {
      [Symbol.asyncIterator]: () => ({
        async next() {
          const result = await iterator.next();
          return result.done && closedHere ? never() : result;
        },
      }),
      async close() {
        closedHere = true;
        await channel.close();
      },
    };
  }),
  "channel/close-keeps-received": breakChannels((channel) => {
    const iterator = channel[Symbol.asyncIterator]();
    let over = false;
    void channel.closed.then(() => {
      over = true;
    });
    return {
      [Symbol.asyncIterator]: () => ({
        next: async () => (over ? { value: undefined, done: true } : iterator.next()),
      }),
    };
  }),
  "channel/close-twice": breakChannels((channel) => {
    let closed = false;
    return {
      async close() {
        if (closed) throw new Error("It is closed already");
        closed = true;
        await channel.close();
      },
    };
  }),
  "channel/send-after-close": breakChannels((channel) => ({
    send: (frames) => channel.send(frames).catch(() => undefined),
  })),
  "channel/send-after-end": breakChannels((channel) => {
    let closedHere = false;
    return {
      async send(frames) {
        await channel.send(frames).catch((error: unknown) => {
          if (closedHere) throw error;
        });
      },
      async close() {
        closedHere = true;
        await channel.close();
      },
    };
  }),
};

const lossSaboteurs: Readonly<Record<string, Fixture>> = {
  "loss/seen": breakChannels((channel) => ({ closed: channel.closed.then(() => undefined) })),
  "loss/ends-reading": breakChannels((channel) => {
    const iterator = channel[Symbol.asyncIterator]();
    return {
      [Symbol.asyncIterator]: () => ({
        async next() {
          const result = await iterator.next();
          return result.done && (await channel.closed) ? never() : result;
        },
      }),
    };
  }),
  "loss/send": breakChannels((channel) => ({
    send: (frames) =>
      channel.send(frames).catch((error: unknown) => {
        throw new Error("Something else", { cause: error });
      }),
  })),
  "loss/others-go-on": breakTransport((transport) => ({
    async listen(address, options) {
      const listener = await transport.listen(address, options);
      const cutAll = (channel: Channel): Channel => {
        void channel.closed.then((reason) => reason && transport.faults.cut());
        return channel;
      };
      return override(listener, { [Symbol.asyncIterator]: () => map(listener[Symbol.asyncIterator](), cutAll) });
    },
  })),
  "loss/close": breakChannels((channel) => ({
    async close() {
      await channel.close();
      const reason = await channel.closed;
      if (reason) throw reason;
    },
  })),
};

/** Saboteurs of the channel checks. */
export const channelSaboteurs: Readonly<Record<string, Fixture>> = {
  ...messageSaboteurs,
  ...endSaboteurs,
  ...lossSaboteurs,
};
