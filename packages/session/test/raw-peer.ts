/**
 * A peer that speaks the protocol by hand, and may break it.
 *
 * @module
 */

import type { Channel, Frames, Transport } from "@fourwire/transport";
import { Tag as CborTag } from "cbor-x/index-no-eval";
import { type Codec, createCborCodec } from "../src/codec.ts";
import { type CodecName, codecOf } from "../src/codec-names.ts";
import { createCodec } from "../src/codecs.ts";
import { DEFAULT_LIMITS } from "../src/limits.ts";
import { CONTROL, Control, Tag } from "../src/message.ts";

const codec = createCborCodec();

/** An opening message that every server accepts. */
export const HELLO = {
  version: 1,
  limits: {
    maxMessageBytes: DEFAULT_LIMITS.maxMessageBytes,
    maxDepth: DEFAULT_LIMITS.maxDepth,
    maxItems: DEFAULT_LIMITS.maxItems,
    maxCalls: DEFAULT_LIMITS.maxCalls,
    windowBytes: DEFAULT_LIMITS.windowBytes,
    maxStreams: DEFAULT_LIMITS.maxStreams,
  },
  heartbeat: false,
  callTimeoutMs: null,
  nonce: new Uint8Array(32),
  sealed: false,
} as const;

/** An answer to it that every client accepts. */
export const WELCOME = {
  version: HELLO.version,
  limits: HELLO.limits,
  heartbeat: HELLO.heartbeat,
  callTimeoutMs: HELLO.callTimeoutMs,
  session: "s",
  secret: new Uint8Array(32),
  resumed: false,
  received: 0,
} as const;

/** What stands for a stream of the sender's in a message. */
export function streamTag(id: unknown, kind: unknown = 0): CborTag {
  return new CborTag([id, kind], Tag.STREAM);
}

/** Encodes frame 0. */
export function encode(message: readonly unknown[]): Uint8Array {
  return new Uint8Array(codec.encode(message));
}

/** Decodes frame 0, whichever codec it is in, without a look at the limits a session would have. */
export function decode(frame: Uint8Array | undefined): readonly unknown[] {
  if (!frame) throw new Error("There is no frame");
  return createCodec(codecOf(frame)).decode(frame, DEFAULT_LIMITS).message;
}

/** One end of a bare channel. */
export class RawPeer implements AsyncDisposable {
  readonly channel: Channel;
  readonly #codec: Codec;
  readonly #frames: AsyncIterator<Frames>;

  constructor(channel: Channel, codec: CodecName = "cbor") {
    this.channel = channel;
    this.#codec = createCodec(codec);
    this.#frames = channel[Symbol.asyncIterator]();
  }

  /** Connects without a word. */
  static async connect(transport: Transport, address: string, codec?: CodecName): Promise<RawPeer> {
    return new RawPeer(await transport.connect(address), codec);
  }

  /** Connects and exchanges opening messages. */
  static async open(transport: Transport, address: string, hello: object = HELLO, codec?: CodecName): Promise<RawPeer> {
    const peer = await RawPeer.connect(transport, address, codec);
    await peer.send([CONTROL, Control.HELLO, hello]);
    const [, kind] = (await peer.receive()) ?? [];
    if (kind !== Control.WELCOME) throw new Error(`The server answered with ${String(kind)} instead of WELCOME`);
    return peer;
  }

  async send(message: readonly unknown[], ...frames: Uint8Array[]): Promise<void> {
    await this.channel.send([new Uint8Array(this.#codec.encode(message)), ...frames]);
  }

  async sendBytes(...frames: Uint8Array[]): Promise<void> {
    await this.channel.send(frames);
  }

  /** Returns the next message, or nothing when the channel is over. */
  async receive(): Promise<readonly unknown[] | undefined> {
    const next = await this.#frames.next();
    return next.done ? undefined : decode(next.value[0]);
  }

  /** Reads on until the far end says goodbye, and returns its code; nothing when the channel ends without. */
  async goodbye(): Promise<unknown> {
    for (let message = await this.receive(); message; message = await this.receive()) {
      if (message[0] === CONTROL && message[1] === Control.BYE) return message[2];
    }
    return undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.channel.close();
  }
}
