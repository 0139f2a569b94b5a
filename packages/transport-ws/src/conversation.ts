/**
 * One end of a channel, the same on Node and in browsers, at the connector and
 * at the listener.
 *
 * @module
 */

import type { Channel, ChannelControl, Frames } from "@fourwire/transport";
import { createChannel, joinFrames, sizeOfFrames, splitFrames, TransportError } from "@fourwire/transport";
import type { LimitSettings } from "./limits.ts";
import { BROKEN, GOODBYE, lossOf, printable } from "./protocol.ts";

/** An open socket, as far as platforms are alike. */
export interface Socket {
  /** Whether neither end has begun to close it. */
  readonly isOpen: boolean;
  /** Hands over a message, whose memory it keeps; waits while too much waits for the network. */
  send(message: Uint8Array): Promise<void>;
  /** Starts the closing handshake, after everything that was sent. */
  close(code: number, reason: string): void;
  /** Gives the connection up at once, as far as the platform can. */
  drop(): void;
}

/** Turns the events of a socket into a channel, and the channel's close into a goodbye. */
export class Conversation {
  readonly channel: Channel;
  readonly #socket: Socket;
  readonly #limits: LimitSettings;
  readonly #control: ChannelControl;
  readonly #gone: Promise<void>;
  #isGone = false;
  #resolveGone: () => void = () => undefined;

  constructor(socket: Socket, limits: LimitSettings) {
    this.#socket = socket;
    this.#limits = limits;
    this.#gone = new Promise((resolve) => {
      this.#resolveGone = resolve;
    });
    this.#control = createChannel({ send: (frames) => this.#send(frames), close: () => this.#close() }, limits);
    this.channel = this.#control.channel;
  }

  /** Resolves when the socket is closed. */
  get gone(): Promise<void> {
    return this.#gone;
  }

  /** Takes a binary message, whose memory is now the channel's; `undefined` stands for text, which no version sends. */
  receive(message: ArrayBuffer | undefined): void {
    if (!message) {
      this.breakOff(new TransportError("LOST", "A text message arrived"));
      return;
    }
    try {
      this.#control.receive(this.#unpack(message));
    } catch (error) {
      this.breakOff(error instanceof TransportError ? error : new TransportError("LOST", String(error)));
    }
  }

  /** Ends the channel because of what arrived, or because the connection broke; the first reason counts. */
  breakOff(reason: TransportError): void {
    this.#control.end(reason);
  }

  /** Ends the channel because the socket is closed, by the code of the close frame or 1006 without one. */
  over(code: number, reason: string): void {
    this.#leave();
    this.#control.end(lossOf(code, reason));
  }

  #leave(): void {
    this.#isGone = true;
    this.#resolveGone();
  }

  #unpack(message: ArrayBuffer): Frames {
    const frames = splitFrames(new Uint8Array(message));
    const { maxMessageBytes } = this.#limits;
    if (sizeOfFrames(frames) > maxMessageBytes) {
      throw new TransportError("LOST", `A message exceeds ${maxMessageBytes} bytes (maxMessageBytes)`);
    }
    return frames;
  }

  async #send(frames: Frames): Promise<void> {
    if (!this.#socket.isOpen) throw await this.#ending();
    try {
      await this.#socket.send(joinFrames(frames));
    } catch (cause) {
      // A socket that is closing says so itself, and why.
      if (this.#socket.isOpen) this.breakOff(new TransportError("LOST", "The socket takes no message", { cause }));
      throw await this.#ending();
    }
  }

  /** Waits for the reason of an end that the socket knows of already. */
  async #ending(): Promise<TransportError> {
    const reason = await this.channel.closed;
    return reason ?? new TransportError("CLOSED", "The channel is closed");
  }

  async #close(): Promise<void> {
    if (this.#isGone) return;
    const reason = await this.channel.closed;
    this.#socket.close(reason ? BROKEN : GOODBYE, reason ? printable(reason.message) : "");
    await this.#farewell();
    if (this.#isGone) return;
    this.#socket.drop();
    this.#leave();
  }

  /** Waits until the far end answers the close frame, which proves that it has everything, or is gone, for a bounded time. */
  async #farewell(): Promise<void> {
    const { closeTimeoutMs } = this.#limits;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, closeTimeoutMs);
    });
    await Promise.race([this.#gone, late]);
    clearTimeout(timer);
  }
}
