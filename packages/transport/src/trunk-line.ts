/**
 * One channel of a trunk, as one end keeps it.
 *
 * @module
 */

import type { ChannelControl } from "./channel.ts";
import { createChannel } from "./channel.ts";
import { TransportError } from "./errors.ts";
import type { Frames } from "./frames.ts";
import { sizeOfFrames } from "./frames.ts";
import type { Channel } from "./transport.ts";
import type { TrunkControl } from "./trunk-message.ts";
import type { TrunkSettings } from "./trunk-options.ts";

/** What a line needs of its trunk. */
export interface LineMeans {
  readonly settings: TrunkSettings;
  /** Hands a user's message to the medium. */
  send(id: number, frames: Frames): Promise<void>;
  /** Hands a control message to the medium. */
  post(control: TrunkControl): void;
  /** Both ends have said that nothing follows: the line's number may be forgotten. */
  forget(line: TrunkLine): void;
}

/** The messages and bytes after which a sender that never waits for anything else gives up its turn. */
const BURST_MESSAGES = 512;
const BURST_BYTES = 4 * 1024 * 1024;

/** Turns one number of a trunk into a channel; ends it by an exchange of `end`, which proves that everything arrived. */
export class TrunkLine {
  readonly id: number;
  readonly channel: Channel;
  readonly #control: ChannelControl;
  readonly #means: LineMeans;
  #hasSaidEnd = false;
  #isFarEndDone = false;
  #onFarEndDone: () => void = () => undefined;
  #messages = 0;
  #bytes = 0;

  constructor(id: number, means: LineMeans) {
    this.id = id;
    this.#means = means;
    this.#control = createChannel({ send: (frames) => this.#send(frames), close: () => this.#close() }, means.settings);
    this.channel = this.#control.channel;
  }

  /** Takes a message of the far end; one that comes after this end closed is dropped. */
  receive(frames: Frames): void {
    if (!this.#hasSaidEnd) this.#control.receive(frames);
  }

  /** Takes the far end's `end`. */
  endReceived(reason: string): void {
    this.#setFarEndDone();
    this.#control.end(reason === "" ? undefined : new TransportError("LOST", `The far end broke off: ${reason}`));
    if (this.#hasSaidEnd) this.#means.forget(this);
  }

  /** Ends the channel because there is no way to the far end any more. */
  lose(reason: TransportError): void {
    this.#hasSaidEnd = true;
    this.#setFarEndDone();
    this.#control.end(reason);
  }

  #send(frames: Frames): Promise<void> {
    // Counted first: what is moved is empty afterwards.
    this.#bytes += sizeOfFrames(frames);
    const sent = this.#means.send(this.id, frames);
    this.#messages += 1;
    if (this.#messages < BURST_MESSAGES && this.#bytes < BURST_BYTES) return sent;
    this.#messages = 0;
    this.#bytes = 0;
    // Otherwise a loop of awaited sends would keep the event loop from ever reading.
    return sent.then(() => new Promise((resolve) => setTimeout(resolve, 0)));
  }

  async #close(): Promise<void> {
    // Settled by now: a link is closed after its channel is over.
    const reason = await this.channel.closed;
    if (this.#hasSaidEnd) return;
    this.#hasSaidEnd = true;
    this.#means.post({ kind: "end", id: this.id, reason: reason?.message ?? "" });
    if (this.#isFarEndDone) this.#means.forget(this);
    else await this.#untilFarEndDone();
  }

  #untilFarEndDone(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#means.settings.closeTimeoutMs);
      this.#onFarEndDone = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #setFarEndDone(): void {
    this.#isFarEndDone = true;
    this.#onFarEndDone();
  }
}
