/**
 * Listening and connecting, with everything that is open.
 *
 * @module
 */

import type { Channel, Listener } from "@fourwire/transport";
import { TransportError } from "@fourwire/transport";
import type { Connection } from "./connection.ts";
import type { Resident } from "./connections.ts";
import { Conversations } from "./conversations.ts";
import { Listening } from "./listening.ts";
import type { Means } from "./means.ts";
import { freshId } from "./names.ts";

/** The addresses of one transport. */
export class Addresses implements Resident {
  readonly #means: Means;
  readonly #conversations: Conversations;
  readonly #bound = new Map<string, Listening | undefined>();
  readonly #closing = new AbortController();
  /** The connects that are under way, which end with the transport. */
  readonly #attempts = new Set<AbortController>();
  /** What is under way and must not outlive the transport. */
  readonly #opening = new Set<Promise<unknown>>();
  #closed: Promise<void> | undefined;

  constructor(means: Means) {
    this.#means = means;
    this.#conversations = new Conversations(means);
  }

  async connect(address: string, signal: AbortSignal | undefined): Promise<Channel> {
    this.#begin(signal, address);
    const { connectTimeoutMs } = this.#means.settings;
    const attempt = new AbortController();
    const giveUp = (): void => attempt.abort(signal?.reason);
    const late = (): void => attempt.abort(silent(address, connectTimeoutMs));
    const timer = setTimeout(late, connectTimeoutMs);
    const unwatch = signal && this.#means.signals.add(signal, giveUp);
    this.#attempts.add(attempt);
    try {
      const { channel } = await this.#during(this.#conversations.connect(address, attempt.signal));
      return channel;
    } finally {
      clearTimeout(timer);
      unwatch?.();
      this.#attempts.delete(attempt);
    }
  }

  async listen(address: string = `redis-${freshId()}`, signal: AbortSignal | undefined): Promise<Listener> {
    this.#begin(signal, address);
    if (this.#bound.has(address)) {
      throw new TransportError("ADDRESS_IN_USE", `This transport listens at "${address}" already`);
    }
    this.#bound.set(address, undefined);
    const free = (): void => void this.#bound.delete(address);
    const listening = await this.#during(Listening.begin(address, this.#means, this.#conversations, free));
    if (this.#closing.signal.aborted || signal?.aborted) {
      await listening.listener.close();
      throw this.#closing.signal.aborted ? this.#closing.signal.reason : signal?.reason;
    }
    this.#bound.set(address, listening);
    return listening.listener;
  }

  close(): Promise<void> {
    this.#closed ??= this.#closeAll();
    return this.#closed;
  }

  async connected(connection: Connection): Promise<void> {
    await this.#conversations.connected(connection);
    for (const listening of this.#bound.values()) listening?.ring();
  }

  disconnected(): void {
    this.#conversations.disconnected();
  }

  async #closeAll(): Promise<void> {
    this.#closing.abort(new TransportError("CLOSED", "The transport is closed"));
    for (const attempt of this.#attempts) attempt.abort(this.#closing.signal.reason);
    await Promise.allSettled(this.#opening);
    await Promise.all([...this.#bound.values()].map((listening) => listening?.listener.close()));
    await this.#conversations.close();
  }

  #begin(signal: AbortSignal | undefined, address: string): void {
    this.#closing.signal.throwIfAborted();
    signal?.throwIfAborted();
    if (typeof address === "string" && address !== "") return;
    throw new TransportError("ADDRESS_INVALID", `A Redis address is a non-empty name; got ${JSON.stringify(address)}`);
  }

  async #during<Result>(work: Promise<Result>): Promise<Result> {
    this.#opening.add(work);
    try {
      return await work;
    } finally {
      this.#opening.delete(work);
    }
  }
}

function silent(address: string, ms: number): TransportError {
  return new TransportError(
    "REFUSED",
    `The listener at "${address}" did not answer within ${ms} ms (connectTimeoutMs)`,
  );
}
