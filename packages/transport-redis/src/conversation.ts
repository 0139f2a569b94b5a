/**
 * One end of a channel, the same at the connector and at the listener.
 *
 * @module
 */

import type { Channel, ChannelControl, Frames } from "@fourwire/transport";
import { createChannel, MAX_FRAMES, sizeOfFrames, TransportError } from "@fourwire/transport";
import type { Settings } from "./options.ts";
import type { Parcel } from "./wire.ts";
import { Kind, pack, packCredit, packReason, readCredit, readReason, unpack } from "./wire.ts";

/**
 * The bytes that one end may have under way: well below what Redis keeps for a
 * reader before it cuts the reader off, 32 MiB by default.
 */
const WINDOW_BYTES = 8 * 1024 * 1024;

/** What a message costs beside its bytes, so that many small ones are bounded, too. */
const MESSAGE_COST_BYTES = 64;

/** A message that waits until the far end has taken what is under way. */
interface Waiting {
  readonly frames: Frames;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** The way to the far end. */
export interface Wire {
  /** Publishes to the far end's inbox and resolves with whether anybody has it: always, where that cannot be known. */
  publish(payload: Buffer): Promise<boolean>;
  /** Resolves when everything that has been published so far was handed to `receive`. */
  arrived(): Promise<void>;
  /** Frees the inbox. */
  release(): void;
}

/** What distinguishes one conversation from another. */
export interface ConversationOptions {
  readonly wire: Wire;
  readonly settings: Settings;
  /** Where to come back to. */
  readonly returnAddress?: string;
  /** The messages that arrived before there was a conversation. */
  readonly received: number;
}

/** Turns what arrives in an inbox into a channel, and its close into BYE. */
export class Conversation {
  readonly channel: Channel;
  readonly #control: ChannelControl;
  readonly #wire: Wire;
  readonly #settings: Settings;
  #sent = 0;
  #received: number;
  #underWayBytes = 0;
  #owedBytes = 0;
  readonly #waiting: Waiting[] = [];
  #farEnd: "there" | "said bye" | "gone" = "there";
  #onFarEndLeft: () => void = () => undefined;

  constructor({ wire, settings, returnAddress, received }: ConversationOptions) {
    this.#received = received;
    this.#wire = wire;
    this.#settings = settings;
    this.#control = createChannel(
      { send: (frames) => this.#send(frames), close: () => this.#close() },
      { ...settings, returnAddress },
    );
    this.channel = this.#control.channel;
    void this.channel.closed.then((reason) => this.#turnDown(reason));
  }

  /** Takes what arrived in the inbox. */
  receive(payload: Buffer): void {
    try {
      const parcel = unpack(payload);
      if (parcel.number !== this.#received) {
        this.#breakOff(`Message ${this.#received} is missing: number ${parcel.number} came instead`);
        return;
      }
      this.#received = (this.#received + 1) >>> 0;
      this.#obey(parcel);
    } catch (cause) {
      this.#breakOff("A message arrived that no version of this driver sends", cause);
    }
  }

  /** Opens the conversation at the listener. Resolves with whether the connector is still there. */
  welcome(frames: Frames): Promise<boolean> {
    return this.#hand(Kind.WELCOME, frames);
  }

  /** Ends the channel, once what has arrived is delivered, because the far end is gone. */
  async gone(): Promise<void> {
    await this.#wire.arrived().catch(() => undefined);
    this.lost("The far end is gone");
  }

  /** Ends the channel because there is no way to the far end any more. */
  lost(why: string): void {
    this.#farEndLeft("gone");
    this.#control.end(new TransportError("LOST", why));
  }

  #obey({ kind, frames }: Parcel): void {
    switch (kind) {
      case Kind.DATA:
        this.#deliver(frames);
        break;
      case Kind.CREDIT:
        this.#credit(readCredit(frames));
        break;
      case Kind.BYE:
        this.#farEndLeft("said bye");
        this.#control.end();
        break;
      case Kind.ABORT:
        this.lost(`The far end broke off: ${readReason(frames)}`);
        break;
      default:
        this.#breakOff(`A message of the unknown kind ${kind} arrived`);
    }
  }

  #deliver(frames: Frames): void {
    const { maxMessageBytes } = this.#settings;
    const bytes = sizeOfFrames(frames);
    if (frames.length === 0 || frames.length > MAX_FRAMES || bytes > maxMessageBytes) {
      this.#breakOff(`A message exceeds ${maxMessageBytes} bytes (maxMessageBytes) or ${MAX_FRAMES} frames`);
      return;
    }
    this.#control.receive(frames);
    this.#owedBytes += bytes + MESSAGE_COST_BYTES;
    if (this.#owedBytes < WINDOW_BYTES / 4) return;
    void this.#hand(Kind.CREDIT, packCredit(this.#owedBytes));
    this.#owedBytes = 0;
  }

  #credit(bytes: number): void {
    if (!(bytes >= 0)) {
      this.#breakOff("A credit that is no number of bytes arrived");
      return;
    }
    this.#underWayBytes = Math.max(0, this.#underWayBytes - bytes);
    while (this.#hasRoom()) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#sendNow(next.frames);
      next.resolve();
    }
  }

  /** Rejects what was not accepted before the channel was over. */
  #turnDown(reason = new TransportError("CLOSED", "The channel is closed")): void {
    for (const { reject } of this.#waiting.splice(0)) reject(reason);
  }

  #breakOff(why: string, cause?: unknown): void {
    this.#control.end(new TransportError("LOST", why, { cause }));
  }

  #farEndLeft(how: "said bye" | "gone"): void {
    this.#farEnd = how;
    this.#onFarEndLeft();
  }

  async #send(frames: Frames): Promise<void> {
    if (this.#waiting.length === 0 && this.#hasRoom()) return this.#sendNow(frames);
    await new Promise<void>((resolve, reject) => this.#waiting.push({ frames, resolve, reject }));
  }

  #hasRoom(): boolean {
    return this.#underWayBytes < WINDOW_BYTES;
  }

  #sendNow(frames: Frames): void {
    this.#underWayBytes += sizeOfFrames(frames) + MESSAGE_COST_BYTES;
    void this.#hand(Kind.DATA, frames);
  }

  /** Publishes in the order of the calls. That nobody has the inbox any more is known a round trip later. */
  async #hand(kind: number, frames: Frames = []): Promise<boolean> {
    const payload = pack(kind, this.#sent, frames);
    this.#sent = (this.#sent + 1) >>> 0;
    try {
      const isThere = await this.#wire.publish(payload);
      if (!isThere) await this.gone();
      return isThere;
    } catch {
      this.lost("The connection to Redis was lost");
      return false;
    }
  }

  async #close(): Promise<void> {
    const reason = await this.channel.closed;
    try {
      if (this.#farEnd === "gone") return;
      // Waited for, because a far end that finds the inbox empty would not learn why.
      await (reason ? this.#hand(Kind.ABORT, packReason(reason.message)) : this.#hand(Kind.BYE));
      if (!reason && this.#farEnd === "there") await this.#farewell();
    } finally {
      this.#wire.release();
    }
  }

  /** Waits until the far end answers BYE, which proves that it has everything, or is gone, for a bounded time. */
  #farewell(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#settings.closeTimeoutMs);
      this.#onFarEndLeft = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
