import type { Channel, ChannelOptions, Frames, Link } from "@fourwire/transport";
import { createChannel, createListener, TransportError } from "@fourwire/transport";
import { describe, expect, it } from "vitest";

/** A medium that keeps what it is given. */
class Recorder implements Link {
  readonly sent: Frames[] = [];
  closes = 0;

  async send(frames: Frames): Promise<void> {
    this.sent.push(frames);
  }

  async close(): Promise<void> {
    this.closes += 1;
  }
}

function create(options?: ChannelOptions) {
  const link = new Recorder();
  return { link, ...createChannel(link, options) };
}

/** Receives until the channel ends, and tells how often. */
async function countUntilLost(channel: Channel, receiveOne: () => void): Promise<number> {
  let isOver = false;
  void channel.closed.then(() => {
    isOver = true;
  });
  let count = 0;
  for (; !isOver && count < 100_000; count += 1) {
    receiveOne();
    await Promise.resolve();
  }
  expect(await channel.closed).toMatchObject({ code: "LOST" });
  return count;
}

async function readAll(channel: Channel): Promise<string[]> {
  const read: string[] = [];
  for await (const frames of channel) read.push(frames.map((frame) => frame.byteLength).join());
  return read;
}

describe("createChannel", () => {
  it("hands the driver valid messages only", async () => {
    const { channel, link } = create({ maxMessageBytes: 4 });
    await expect(channel.send([])).rejects.toThrow(TypeError);
    await expect(channel.send([new Uint8Array(5)])).rejects.toMatchObject({ code: "TOO_LARGE" });
    await channel.send([new Uint8Array(4)]);
    expect(link.sent).toHaveLength(1);
  });

  it("closes the driver's link once, however often and by whomever it ends", async () => {
    const { channel, link, end } = create();
    await Promise.all([channel.close(), channel.close()]);
    end();
    end(new TransportError("LOST", "late"));
    await channel[Symbol.asyncDispose]();
    expect(link.closes).toBe(1);
    expect(await channel.closed).toBeUndefined();
  });

  it("closes the driver's link when the far end is gone", async () => {
    const { channel, link, end } = create();
    end(new TransportError("LOST", "The cable is cut"));
    expect(await channel.closed).toMatchObject({ code: "LOST" });
    expect(link.closes).toBe(1);
    await expect(channel.send([new Uint8Array(1)])).rejects.toBe(await channel.closed);
  });

  it("keeps the first reason", async () => {
    const { channel, end } = create();
    const first = new TransportError("LOST", "first");
    end(first);
    end(new TransportError("LOST", "second"));
    await channel.close();
    expect(await channel.closed).toBe(first);
  });

  it("delivers what arrived before the end", async () => {
    const { channel, receive, end } = create();
    receive([new Uint8Array(1)]);
    receive([new Uint8Array(2), new Uint8Array(3)]);
    end();
    receive([new Uint8Array(4)]);
    expect(await readAll(channel)).toEqual(["1", "2,3"]);
  });

  it("is lost when its reader leaves more than maxInboxBytes unread", async () => {
    const { channel, receive, link } = create({ maxInboxBytes: 1_000 });
    receive([new Uint8Array(100)]);
    receive([new Uint8Array(388)]);
    receive([new Uint8Array()]);
    expect(await channel.closed).toMatchObject({ code: "LOST", message: expect.stringContaining("maxInboxBytes") });
    expect(link.closes).toBe(1);
    expect(await readAll(channel)).toEqual(["100", "388", "0"]);
  });

  it("is lost when its reader leaves too many messages without content unread", async () => {
    const { channel, receive } = create({ maxInboxBytes: 1024 * 1024 });
    const received = await countUntilLost(channel, () => receive([new Uint8Array()]));
    expect(received).toBe(4_097);
  });

  it("is lost when its reader leaves too many frames without content unread", async () => {
    const { channel, receive } = create({ maxInboxBytes: 1024 * 1024 });
    const frames = Array.from({ length: 1_023 }, () => new Uint8Array());
    expect(await countUntilLost(channel, () => receive(frames))).toBe(9);
  });

  it("keeps one message on its own, whatever its size, and many that are read", async () => {
    const { channel, receive } = create({ maxInboxBytes: 1_000 });
    const iterator = channel[Symbol.asyncIterator]();
    for (let count = 0; count < 100; count += 1) {
      receive([new Uint8Array(5_000)]);
      expect((await iterator.next()).value).toHaveLength(1);
    }
    receive([new Uint8Array(5_000)]);
    await channel.send([new Uint8Array(1)]);
  });

  it("hides a failure to free what is broken already, and tells one of closing", async () => {
    const failing: Link = { send: async () => undefined, close: () => Promise.reject(new Error("cannot close")) };
    const broken = createChannel(failing);
    broken.end(new TransportError("LOST", "gone"));
    expect(await broken.channel.closed).toMatchObject({ code: "LOST" });
    await expect(createChannel(failing).channel.close()).rejects.toThrow("cannot close");
  });
});

describe("createListener", () => {
  it("yields accepted channels and ends when it is closed", async () => {
    const { listener, accept } = createListener({ address: "here", close: async () => undefined });
    const { channel } = create();
    accept(channel);
    const iterator = listener[Symbol.asyncIterator]();
    expect(await iterator.next()).toEqual({ value: channel, done: false });
    const waiting = iterator.next();
    await listener.close();
    expect((await waiting).done).toBe(true);
  });

  it("closes the channels that nobody took, and those that come too late", async () => {
    const { listener, accept } = createListener({ address: "here", close: async () => undefined });
    const untaken = create();
    const late = create();
    accept(untaken.channel);
    await listener.close();
    accept(late.channel);
    expect(await untaken.channel.closed).toBeUndefined();
    expect(await late.channel.closed).toBeUndefined();
    expect([untaken.link.closes, late.link.closes]).toEqual([1, 1]);
  });

  it("keeps few of the channels that ended before anybody took them, and all that did not", async () => {
    const { listener, accept } = createListener({ address: "here", close: async () => undefined });
    const alive = create();
    accept(alive.channel);
    const ended = Array.from({ length: 1_000 }, () => create());
    for (const { channel, end } of ended) {
      accept(channel);
      end();
      await channel.closed;
    }
    const last = create();
    accept(last.channel);
    const taken: Channel[] = [];
    for await (const channel of listener) {
      taken.push(channel);
      if (channel === last.channel) break;
    }
    expect(taken).toStrictEqual([alive.channel, ...ended.slice(-64).map(({ channel }) => channel), last.channel]);
  });

  it("yields a channel that ended before it was taken, with what arrived", async () => {
    const { listener, accept } = createListener({ address: "here", close: async () => undefined });
    const { channel, receive, end } = create();
    accept(channel);
    receive([new Uint8Array(3)]);
    end();
    await channel.closed;
    const { value } = await listener[Symbol.asyncIterator]().next();
    expect(await readAll(value)).toEqual(["3"]);
  });

  it("closes its mechanism once", async () => {
    let closes = 0;
    const close = async (): Promise<void> => {
      closes += 1;
    };
    const { listener } = createListener({ address: "here", close });
    await Promise.all([listener.close(), listener.close(), listener[Symbol.asyncDispose]()]);
    expect(closes).toBe(1);
  });
});
