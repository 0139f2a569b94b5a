/**
 * One end of a channel, the same at the connector and at the listener.
 *
 * @module
 */

import type { Channel, ChannelControl, Frames } from "@fourwire/transport";
import { createChannel, MAX_FRAMES, sizeOfFrames, TransportError } from "@fourwire/transport";
import type { Control } from "./control.ts";
import { abort, bye, escapeData, parseControl } from "./control.ts";
import { detachFrames } from "./frames.ts";
import type { Settings } from "./options.ts";
import { FAREWELL_LINGER_MS } from "./sockets.ts";

/** The way to the far end. */
export interface Wire {
  /** Hands a message to the socket; rejects when there is no way left. */
  send(message: Uint8Array[], bytes: number): Promise<void>;
  /** Calls back when everything that has arrived so far was handed to `receive`. */
  afterArrived(then: () => void): void;
  /** Frees the way; what was sent may still leave for that long. */
  release(lingerMs: number): Promise<void>;
}

/** Turns what a socket receives from one peer into a channel, and its close into BYE. */
export class Conversation {
  readonly channel: Channel;
  readonly #control: ChannelControl;
  readonly #wire: Wire;
  readonly #settings: Settings;
  #farEnd: "there" | "said bye" | "gone" = "there";
  #onFarEndLeft: () => void = () => undefined;

  constructor(wire: Wire, settings: Settings) {
    this.#wire = wire;
    this.#settings = settings;
    this.#control = createChannel({ send: (frames) => this.#send(frames), close: () => this.#close() }, settings);
    this.channel = this.#control.channel;
  }

  /** Takes a message of the far end, without routing id. */
  receive(frames: Frames): void {
    if (frames[0]?.byteLength === 0) this.#obey(parseControl(frames));
    else this.#deliver(frames);
  }

  /** Ends the channel because there is no way to the far end any more. */
  lost(why: string): void {
    this.#farEndLeft("gone");
    this.#control.end(new TransportError("LOST", why));
  }

  #obey(control: Control | undefined): void {
    switch (control?.kind) {
      case "data":
        this.#deliver(control.frames);
        break;
      case "hello":
        // A connector within this process says it twice.
        break;
      case "bye":
        this.#farEndLeft("said bye");
        this.#control.end();
        break;
      case "abort":
        this.lost(`The far end broke off: ${control.reason}`);
        break;
      default:
        this.#breakOff("An unknown control message arrived");
    }
  }

  #deliver(frames: Frames): void {
    const { maxMessageBytes } = this.#settings;
    // libzmq bounds each frame; only several can exceed the limit together.
    const isWithin = frames.length === 1 || (frames.length <= MAX_FRAMES && sizeOfFrames(frames) <= maxMessageBytes);
    if (isWithin) this.#control.receive(frames);
    else this.#breakOff(`A message exceeds ${maxMessageBytes} bytes (maxMessageBytes) or ${MAX_FRAMES} frames`);
  }

  #breakOff(why: string): void {
    this.#control.end(new TransportError("LOST", why));
  }

  #farEndLeft(how: "said bye" | "gone"): void {
    this.#farEnd = how;
    this.#onFarEndLeft();
  }

  async #send(frames: Frames): Promise<void> {
    try {
      await this.#hand(frames[0]?.byteLength === 0 ? escapeData(frames) : frames);
    } catch (cause) {
      const why = "There is no way to the far end any more";
      // What arrived before is still to be delivered.
      this.#wire.afterArrived(() => this.lost(why));
      throw new TransportError("LOST", why, { cause });
    }
  }

  #hand(frames: Frames): Promise<void> {
    return this.#wire.send(detachFrames(frames), sizeOfFrames(frames));
  }

  async #close(): Promise<void> {
    const reason = await this.channel.closed;
    if (this.#farEnd === "gone") return await this.#wire.release(0);
    // The far end may be gone without this end knowing yet.
    await this.#hand(reason ? abort(reason.message) : bye()).catch(() => undefined);
    if (reason || this.#farEnd === "said bye") return await this.#wire.release(FAREWELL_LINGER_MS);
    await this.#farewell();
    await this.#wire.release(0);
  }

  /** Waits until the far end answers BYE, which proves that it has everything, or is gone, for a bounded time. */
  #farewell(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#settings.closeTimeoutMs);
      this.#onFarEndLeft = () => {
        clearTimeout(timer);
        resolve();
      };
      if (this.#farEnd !== "there") this.#onFarEndLeft();
    });
  }
}
