/**
 * One channel while a conversation uses it.
 *
 * @module
 */

import type { Frames } from "@fourwire/transport";
import type { Codec } from "./codec.ts";
import { lost, SessionError, type SessionErrorCode, toError } from "./errors.ts";
import { Pulse } from "./heartbeat.ts";
import { CONTROL } from "./message.ts";
import { bye, type Opened } from "./opening.ts";

/** What an attachment hands to its conversation. */
export interface AttachmentOptions {
  readonly codec: Codec;
  /** Takes a message. What it throws is between the conversation and the far end. */
  receive(frames: Frames): void;
  /** Asks the far end for a sign of life. */
  ping(): void;
  /** Called once, when the channel is of no more use; not after `close`. */
  lost(reason: SessionError): void;
}

/** The use of one channel: it counts, checks and closes, and knows nothing of what passes. */
export class Attachment {
  readonly #opened: Opened;
  readonly #options: AttachmentOptions;
  readonly #pulse: Pulse | undefined;
  #over = false;

  constructor(opened: Opened, options: AttachmentOptions) {
    this.#opened = opened;
    this.#options = options;
    const { heartbeat } = opened.agreement;
    this.#pulse = heartbeat
      ? new Pulse({
          ...heartbeat,
          ping: options.ping,
          silent: (forMs) => this.lose(lost(undefined, `The far end gave no sign of life for ${forMs} ms`)),
        })
      : undefined;
  }

  /** Begins to take messages. */
  start(): void {
    void this.#pump();
  }

  /** Hands a message to the channel. Rejects when the channel does. */
  send(frames: Frames): Promise<void> {
    const { channel, seals } = this.#opened;
    return channel.send(seals ? seals.outgoing.close(frames) : frames);
  }

  /** Sends a control message. A channel that refuses it is over, and says so itself. */
  control(kind: number, field: number): void {
    if (!this.#over) this.send([this.#options.codec.encode([CONTROL, kind, field])]).catch(() => undefined);
  }

  /** Says goodbye, as far as the channel still takes it. */
  async leave(code: SessionErrorCode, reason: string): Promise<void> {
    if (!this.#over) await this.send(bye(this.#options.codec, code, reason)).catch(() => undefined);
  }

  /** Gives the channel up because it refused a message. */
  fail(error: unknown): void {
    this.lose(lost(toError(error)));
  }

  /** Ends the channel without another word. Safe to call twice. */
  async close(): Promise<void> {
    this.#over = true;
    this.#pulse?.stop();
    await this.#opened.channel.close();
  }

  /** Gives the channel up. */
  lose(reason: SessionError): void {
    if (this.#over) return;
    // The channel is broken or will not be used again: how its end goes matters to nobody.
    this.close().catch(() => undefined);
    this.#options.lost(reason);
  }

  async #pump(): Promise<void> {
    const { channel, frames } = this.#opened;
    for (let next = await frames.next(); !next.done && !this.#over; next = await frames.next()) this.#take(next.value);
    const reason = await channel.closed;
    this.lose(reason ? lost(reason) : lost(undefined, "The far end closed the channel without a goodbye"));
  }

  #take(frames: Frames): void {
    this.#pulse?.heard();
    const { seals } = this.#opened;
    let content = frames;
    try {
      if (seals) content = seals.incoming.open(frames);
    } catch (error) {
      this.lose(error instanceof SessionError ? error : lost(toError(error)));
      return;
    }
    this.#options.receive(content);
  }
}
