/**
 * The channels that one transport has open, and is about to open.
 *
 * @module
 */

import type { Channel } from "@fourwire/transport";
import { TransportError } from "@fourwire/transport";
import type { Conversation } from "./conversation.ts";

/** Opens a socket. Rejects with `REFUSED`, `UNAUTHORIZED` or the signal's reason. */
export type Dial = (url: URL, signal: AbortSignal) => Promise<Conversation>;

/** Connects, keeps what is open, and closes it. */
export class Connections {
  readonly #dial: Dial;
  readonly #attempts = new Set<AbortController>();
  readonly #conversations = new Set<Conversation>();
  #closing: Promise<void> | undefined;

  constructor(dial: Dial) {
    this.#dial = dial;
  }

  async connect(url: URL, signal: AbortSignal | undefined): Promise<Channel> {
    const attempt = new AbortController();
    const giveUp = (): void => attempt.abort(signal?.reason);
    signal?.addEventListener("abort", giveUp);
    this.#attempts.add(attempt);
    try {
      const conversation = await this.#dial(url, attempt.signal);
      this.keep(conversation);
      // Opened, perhaps, in the very turn in which the transport closed.
      this.checkOpen();
      return conversation.channel;
    } finally {
      this.#attempts.delete(attempt);
      signal?.removeEventListener("abort", giveUp);
    }
  }

  /** Closes a conversation with the transport, unless it ends before; at once when the transport is closed. */
  keep(conversation: Conversation): void {
    // How the end of what nobody has seen goes matters to nobody.
    if (this.#closing) conversation.channel.close().catch(() => undefined);
    this.#conversations.add(conversation);
    void conversation.gone.then(() => this.#conversations.delete(conversation));
  }

  /** Throws `CLOSED` once the transport is. */
  checkOpen(): void {
    if (this.#closing) throw closed();
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    for (const attempt of this.#attempts) attempt.abort(closed());
    await Promise.all([...this.#conversations].map(({ channel }) => channel.close()));
  }
}

function closed(): TransportError {
  return new TransportError("CLOSED", "The transport is closed");
}
