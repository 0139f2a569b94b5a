/**
 * One end of a pipe: messages over a socket.
 *
 * @module
 */

import type { OnReadOpts, Socket } from "node:net";
import { TransportError } from "./errors.ts";
import type { Frames } from "./frames.ts";
import { decode, encodeControl, encodeData, maxEncodedBytes } from "./pipe-codec.ts";
import { PipeReader } from "./pipe-reader.ts";
import type { Wire, WireEvents } from "./trunk.ts";
import type { TrunkControl } from "./trunk-message.ts";

/** A socket, or what makes one that reads into memory as it is told. */
export type PipeSource = Socket | ((onread: OnReadOpts) => Socket);

/** Carries a trunk's messages over a connected socket, which keeps no process alive until told to. */
export class PipeWire implements Wire {
  readonly name = "pipe";
  readonly #socket: Socket;
  readonly #reader: PipeReader;
  /** Whether the socket reads into the reader's memory rather than into chunks of its own. */
  readonly #isDirect: boolean;
  #events: WireEvents | undefined;
  /** Why the socket is of no more use, from before anybody asked. */
  #end: string | undefined;
  #draining: Promise<void> | undefined;

  constructor(source: PipeSource, maxMessageBytes: number) {
    this.#reader = new PipeReader(maxEncodedBytes(maxMessageBytes), (message) => {
      if (this.#events && !this.#socket.destroyed) decode(message, this.#events);
    });
    this.#isDirect = typeof source === "function";
    const socket = typeof source === "function" ? source(this.#readDirectly()) : source;
    this.#socket = socket;
    // What arrives before anybody asks waits in the kernel.
    if (this.#isDirect) socket.pause();
    // From the first moment: an error without a listener would end this process.
    socket.on("error", (error) => this.#lost(`The pipe broke: ${error.message}`));
    socket.on("close", () => this.#lost("The far end of the pipe is gone"));
    socket.unref();
  }

  start(events: WireEvents): void {
    this.#events = events;
    if (this.#isDirect) this.#socket.resume();
    else this.#socket.on("data", (chunk: Uint8Array) => this.#read(() => this.#reader.read(chunk)));
    this.#socket.on("end", () => this.#lost("The far end of the pipe is gone"));
    if (this.#end !== undefined) events.lost(this.#end);
  }

  send(id: number, frames: Frames): Promise<void> {
    const socket = this.#socket;
    const [first, ...rest] = encodeData(id, frames);
    if (rest.length > 0) return this.#sendLarge(first, rest);
    if (socket.write(first)) return Promise.resolve();
    return this.#drained();
  }

  post(control: TrunkControl): void {
    this.#socket.write(encodeControl(control));
  }

  keepAlive(isNeeded: boolean): void {
    if (isNeeded) this.#socket.ref();
    else this.#socket.unref();
  }

  async close(timeoutMs: number): Promise<void> {
    const socket = this.#socket;
    if (timeoutMs > 0 && !socket.destroyed) await this.#flushed(timeoutMs);
    socket.destroy();
  }

  #readDirectly(): OnReadOpts {
    const reader = this.#reader;
    return {
      buffer: () => reader.room(),
      callback: (count) => {
        this.#read(() => reader.advance(count));
        return true;
      },
    };
  }

  #read(take: () => void): void {
    try {
      take();
    } catch (error) {
      // The bytes are the far end's: nothing after them can be made sense of.
      if (!(error instanceof TransportError)) throw error;
      this.#lost(error.message);
    }
  }

  /** Hands the sender's own memory to the kernel, and waits until it has all of it. */
  #sendLarge(header: Uint8Array, frames: Frames): Promise<void> {
    const socket = this.#socket;
    return new Promise((resolve) => {
      socket.cork();
      socket.write(header);
      frames.forEach((frame, index) => {
        // A failure ends the channel, which says so to the next send.
        if (index === frames.length - 1) socket.write(frame, () => resolve());
        else socket.write(frame);
      });
      socket.uncork();
    });
  }

  #drained(): Promise<void> {
    this.#draining ??= new Promise<void>((resolve) => {
      const go = (): void => {
        this.#draining = undefined;
        this.#socket.off("drain", go).off("close", go);
        resolve();
      };
      this.#socket.on("drain", go).on("close", go);
    });
    return this.#draining;
  }

  #flushed(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#socket.end(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #lost(why: string): void {
    this.#end ??= why;
    this.#events?.lost(why);
  }
}
