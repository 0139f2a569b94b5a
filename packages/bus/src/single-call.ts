/**
 * A call of one server.
 *
 * @module
 */

import { toError } from "@fourwire/session";
import { BusError } from "./errors.ts";
import { answerOf, noServer } from "./gathering.ts";
import type { KnownServer, KnownServers } from "./known-servers.ts";
import type { Delivery } from "./outbox.ts";
import type { BusParts } from "./parts.ts";
import type { Reply, ReplyInbox, ReplyListener } from "./reply-inbox.ts";
import { type CallDetails, sendCancel, writeCall } from "./rpc-message.ts";
import { startTimer, type Timer } from "./wait.ts";

/** What a call needs of the bus that makes it. */
export interface CallMeans {
  readonly parts: BusParts;
  readonly inbox: ReplyInbox;
  readonly servers: KnownServers;
}

/** A call of one server, and of another one when that is gone, until its time is up. */
export class SingleCall implements ReplyListener, Delivery {
  /** Rejects with what the function threw, `NO_SERVER`, `TIMEOUT`, the signal's reason or `CLOSED`. */
  readonly result: Promise<unknown>;
  readonly #means: CallMeans;
  readonly #name: string;
  readonly #args: readonly unknown[];
  readonly #details: CallDetails;
  readonly #signal: AbortSignal | undefined;
  readonly #endsAt: number;
  readonly #abort = (): void => this.#giveUp(toError(this.#signal?.reason));
  #timer: Timer;
  #resolve: (result: unknown) => void = () => undefined;
  #reject: (error: Error) => void = () => undefined;
  /** Whom it waits for. */
  #server: KnownServer | undefined;
  #number = 0;
  #wasFound = false;
  #isOver = false;

  constructor(
    means: CallMeans,
    name: string,
    args: readonly unknown[],
    details: CallDetails,
    signal: AbortSignal | undefined,
  ) {
    this.#means = means;
    this.#name = name;
    this.#args = args;
    this.#details = details;
    this.#signal = signal;
    this.#endsAt = performance.now() + details.timeoutMs;
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#timer = startTimer(details.timeoutMs, () => this.#lastTurn());
    signal?.addEventListener("abort", this.#abort, { once: true });
    this.#begin();
  }

  reply({ kind, sender, value, more }: Reply): void {
    if (kind === "gone") this.#again();
    else if (kind === "error") this.end(answerOf(kind, value, more, sender).error ?? toError(value));
    else if (kind === "result" && this.#finish()) this.#resolve(value);
  }

  end(error: Error): void {
    if (this.#finish()) this.#reject(error);
  }

  sent(receivers: number | undefined): void {
    if (receivers === 0) this.#again();
  }

  failed(error: Error): void {
    this.end(error);
  }

  /** Sends at once where a server is known already. */
  #begin(): void {
    const { inbox, servers } = this.#means;
    const server = inbox.isOpen ? servers.known(this.#name) : undefined;
    if (server) this.#send(server);
    else this.#find().catch((error: unknown) => this.end(toError(error)));
  }

  async #find(): Promise<void> {
    const { inbox, servers } = this.#means;
    await inbox.open();
    const server = await servers.pick(this.#name, () => !this.#isOver);
    if (server && !this.#isOver) this.#send(server);
  }

  #send(server: KnownServer): void {
    const { parts, inbox } = this.#means;
    this.#wasFound = true;
    this.#server = server;
    server.pending += 1;
    const number = inbox.expect(this);
    this.#number = number;
    try {
      const timeoutMs = Math.max(Math.ceil(this.#endsAt - performance.now()), 1);
      const call = { caller: parts.self.id, number, name: this.#name };
      const frames = writeCall(parts.codec, call, this.#args, { ...this.#details, timeoutMs });
      parts.outbox.send(server.topic, frames, this);
    } catch (error) {
      this.end(toError(error));
    }
  }

  /** The server is not there: another one may be. */
  #again(): void {
    if (this.#isOver) return;
    if (this.#server) this.#means.servers.forget(this.#name, this.#server.id);
    this.#release();
    this.#begin();
  }

  /** Lets what has arrived already be read before the verdict. */
  #lastTurn(): void {
    this.#timer = startTimer(0, () => {
      const { timeoutMs } = this.#details;
      const late = new BusError("TIMEOUT", `"${this.#name}" was not answered within ${timeoutMs} ms`);
      this.#giveUp(this.#wasFound ? late : noServer(this.#name));
    });
  }

  #giveUp(error: Error): void {
    const [server, number] = [this.#server, this.#number];
    if (!this.#finish()) return;
    if (server) sendCancel(this.#means.parts, server.topic, { number, name: this.#name });
    this.#reject(error);
  }

  #release(): void {
    if (this.#server) this.#server.pending -= 1;
    this.#means.inbox.forget(this.#number);
    this.#server = undefined;
    this.#number = 0;
  }

  #finish(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#timer.stop();
    this.#signal?.removeEventListener("abort", this.#abort);
    this.#release();
    return true;
  }
}
