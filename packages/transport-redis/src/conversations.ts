/**
 * The conversations of one transport: how they begin, and whether their far ends are still there.
 *
 * @module
 */

import { TransportError } from "@fourwire/transport";
import type { Connection } from "./connection.ts";
import type { Resident } from "./connections.ts";
import { Conversation } from "./conversation.ts";
import type { Means } from "./means.ts";
import { freshId } from "./names.ts";
import { offer, withdraw } from "./offers.ts";
import type { Leave } from "./subscriptions.ts";
import { Kind, PROTOCOL_VERSION, readReason, unpack } from "./wire.ts";

/** One end of a conversation and where its far end listens. */
interface Seat {
  readonly conversation: Conversation;
  readonly farInbox: string;
}

/** How a conversation begins at this end. */
interface Beginning {
  readonly farInbox: string;
  readonly returnAddress?: string;
  readonly received: number;
  readonly leave: Leave;
}

/** All conversations of one transport. */
export class Conversations implements Resident {
  readonly #means: Means;
  readonly #seats = new Set<Seat>();
  #connection: Connection | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(means: Means) {
    this.#means = means;
  }

  /** Connects to whoever takes an offer at the address. Rejects with `REFUSED`, or the signal's reason. */
  async connect(address: string, signal: AbortSignal): Promise<Conversation> {
    const { connections } = this.#means;
    const release = connections.hold();
    try {
      return await this.#awaitAnswer(freshId(), address, signal);
    } finally {
      release();
    }
  }

  /** Answers an offer. Resolves with nothing when whoever made it has gone. */
  async accept(id: string, returnAddress: string): Promise<Conversation | undefined> {
    const { subscriptions, connections, names } = this.#means;
    let conversation: Conversation | undefined;
    const leave = await subscriptions.subscribe(
      names.inbox(id, "listener"),
      (payload) => conversation?.receive(payload),
      (work) => connections.use(work),
    );
    conversation = this.#begin({ farInbox: names.inbox(id, "connector"), received: 0, leave });
    const isThere = await conversation.welcome([Uint8Array.of(PROTOCOL_VERSION), Buffer.from(returnAddress)]);
    return isThere ? conversation : undefined;
  }

  /** Closes every channel. */
  async close(): Promise<void> {
    await Promise.all([...this.#seats].map(({ conversation }) => conversation.channel.close()));
  }

  async connected(connection: Connection): Promise<void> {
    this.#connection = connection;
  }

  disconnected(): void {
    this.#connection = undefined;
    for (const { conversation } of this.#seats) conversation.lost("The connection to Redis was lost");
  }

  /** Makes an offer and waits for the answer, which is the first message in the inbox. */
  async #awaitAnswer(id: string, address: string, signal: AbortSignal): Promise<Conversation> {
    const { subscriptions, connections, names } = this.#means;
    const answer = new Answer(address);
    const giveUp = (): void => answer.fail(signal.reason);
    signal.addEventListener("abort", giveUp);
    let leave: Leave = async () => undefined;
    answer.onWelcome = (returnAddress) =>
      this.#begin({ farInbox: names.inbox(id, "listener"), returnAddress, received: 1, leave });
    const open = async (): Promise<void> => {
      leave = await subscriptions.subscribe(
        names.inbox(id, "connector"),
        (payload) => answer.receive(payload),
        (work) => connections.use(work),
      );
      signal.throwIfAborted();
      await connections.use((connection) => offer(this.#means, connection, address, id));
    };
    open().catch((error: unknown) => answer.fail(error));
    try {
      return await answer.conversation;
    } catch (error) {
      void this.#abandon(address, id, leave);
      throw error;
    } finally {
      signal.removeEventListener("abort", giveUp);
    }
  }

  async #abandon(address: string, id: string, leave: Leave): Promise<void> {
    const { connections } = this.#means;
    await leave();
    if (!connections.current) return;
    await connections.use((connection) => withdraw(this.#means, connection, address, id)).catch(() => undefined);
  }

  #begin({ farInbox, received, leave, ...where }: Beginning): Conversation {
    const { connections, settings } = this.#means;
    const release = connections.hold();
    const connection = this.#connection;
    const conversation = new Conversation({
      ...where,
      settings,
      received,
      wire: {
        publish: async (payload) => {
          if (!connection) throw new TransportError("LOST", "The connection to Redis was lost");
          const receivers = await connection.publish(farInbox, payload);
          return receivers > 0 || connection.isCluster;
        },
        arrived: async () => await connection?.arrived(),
        release: () => {
          this.#leave(seat);
          void leave();
          release();
        },
      },
    });
    const seat: Seat = { conversation, farInbox };
    this.#seats.add(seat);
    this.#timer ??= setInterval(() => void this.#check(), settings.checkMs).unref();
    return conversation;
  }

  #leave(seat: Seat): void {
    this.#seats.delete(seat);
    if (this.#seats.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Looks whether the far ends still have their inboxes: Redis takes them from who dies. */
  async #check(): Promise<void> {
    const seats = [...this.#seats];
    const counts = await this.#connection
      ?.countSubscribers(seats.map(({ farInbox }) => farInbox))
      .catch(() => undefined);
    seats.forEach(({ conversation }, index) => {
      if (counts?.[index] === 0) void conversation.gone();
    });
  }
}

/** The first message in a connector's inbox, and all that follow. */
class Answer {
  readonly conversation: Promise<Conversation>;
  /** Begins the conversation, at once: what follows WELCOME belongs to it. */
  onWelcome: (returnAddress: string) => Conversation = () => {
    throw new Error("Nothing was offered yet");
  };
  readonly #address: string;
  #resolve: (conversation: Conversation) => void = () => undefined;
  #reject: (reason: unknown) => void = () => undefined;
  #begun: Conversation | undefined;
  #failed = false;

  constructor(address: string) {
    this.#address = address;
    this.conversation = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  fail(reason: unknown): void {
    if (this.#begun) return;
    this.#failed = true;
    this.#reject(reason);
  }

  receive(payload: Buffer): void {
    if (this.#begun) this.#begun.receive(payload);
    else if (!this.#failed) this.#open(payload);
  }

  #open(payload: Buffer): void {
    try {
      this.#begun = this.#judge(payload);
      this.#resolve(this.#begun);
    } catch (error) {
      this.fail(error);
    }
  }

  #judge(payload: Buffer): Conversation {
    const { kind, frames } = unpack(payload);
    const [version, returnAddress] = frames;
    if (kind === Kind.REFUSE) throw this.#refused(readReason(frames));
    if (kind !== Kind.WELCOME || !returnAddress) throw this.#refused("it did not answer as a listener does");
    if (version?.[0] !== PROTOCOL_VERSION) throw this.#refused("it speaks another version of the protocol");
    return this.onWelcome(new TextDecoder().decode(returnAddress));
  }

  #refused(why: string): TransportError {
    return new TransportError("REFUSED", `The listener at "${this.#address}" turned the connection away: ${why}`);
  }
}
