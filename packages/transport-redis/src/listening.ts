/**
 * The listener's end of channels.
 *
 * @module
 */

import type { Listener, ListenerControl } from "@fourwire/transport";
import { createListener } from "@fourwire/transport";
import type { Conversations } from "./conversations.ts";
import type { Means } from "./means.ts";
import { freshId } from "./names.ts";
import type { Offer } from "./offers.ts";
import { takeNextOffer } from "./offers.ts";
import type { Leave } from "./subscriptions.ts";
import { Kind, PROTOCOL_VERSION, pack, packReason } from "./wire.ts";

/**
 * A listener at two addresses: the one that was asked for, which others may
 * share, and a private one, to which sessions come back.
 */
export class Listening {
  readonly address: string;
  readonly listener: Listener;
  readonly #control: ListenerControl;
  readonly #means: Means;
  readonly #conversations: Conversations;
  readonly #returnAddress: string;
  readonly #release: () => void;
  #leaves: readonly Leave[] = [];
  #accepting: Promise<void> | undefined;
  #rung = false;
  #open = 0;

  private constructor(address: string, means: Means, conversations: Conversations, onClosed: () => void) {
    this.address = address;
    this.#means = means;
    this.#conversations = conversations;
    this.#returnAddress = `redis-${freshId()}`;
    this.#release = means.connections.hold();
    this.#control = createListener({
      address,
      close: async () => {
        onClosed();
        await this.#close();
      },
    });
    this.listener = this.#control.listener;
  }

  /** Begins to listen. Rejects when Redis cannot be reached. */
  static async begin(
    address: string,
    means: Means,
    conversations: Conversations,
    onClosed: () => void,
  ): Promise<Listening> {
    const listening = new Listening(address, means, conversations, onClosed);
    try {
      await listening.#subscribe();
      return listening;
    } catch (error) {
      onClosed();
      listening.#release();
      throw error;
    }
  }

  /** Looks for offers: somebody rang, or the connection is a new one and the bell may have been missed. */
  ring(): void {
    this.#rung = true;
    this.#accepting ??= this.#acceptAll().finally(() => {
      this.#accepting = undefined;
      if (this.#rung) this.ring();
    });
  }

  async #subscribe(): Promise<void> {
    const { subscriptions, connections, names } = this.#means;
    this.#leaves = await Promise.all(
      this.#addresses().map((address) =>
        subscriptions.subscribe(
          names.bell(address),
          () => this.ring(),
          (work) => connections.use(work),
        ),
      ),
    );
  }

  #addresses(): readonly string[] {
    return [this.address, this.#returnAddress];
  }

  async #acceptAll(): Promise<void> {
    while (this.#rung) {
      this.#rung = false;
      for (const address of this.#addresses()) {
        // Without a connection nobody can be accepted; the next one begins with a look.
        await this.#acceptAt(address).catch(() => undefined);
      }
    }
  }

  async #acceptAt(address: string): Promise<void> {
    const next = () => this.#means.connections.use((connection) => takeNextOffer(this.#means, connection, address));
    for (let offer = await next(); offer; offer = await next()) {
      const taken = offer;
      this.#accept(taken).catch(() => undefined);
    }
  }

  async #accept(offer: Offer): Promise<void> {
    const objection = this.#objectionTo(offer);
    if (objection !== undefined) return await this.#refuse(offer, objection);
    this.#open += 1;
    const conversation = await this.#conversations.accept(offer.id, this.#returnAddress).catch((error: unknown) => {
      this.#open -= 1;
      throw error;
    });
    if (!conversation) {
      this.#open -= 1;
      return;
    }
    void conversation.channel.closed.then(() => {
      this.#open -= 1;
    });
    this.#control.accept(conversation.channel);
  }

  #objectionTo({ version }: Offer): string | undefined {
    if (version !== PROTOCOL_VERSION) return `it speaks version ${PROTOCOL_VERSION} of the protocol, not ${version}`;
    const { maxChannels } = this.#means.settings;
    return this.#open >= maxChannels ? `it has ${maxChannels} channels open (maxChannels)` : undefined;
  }

  async #refuse({ id }: Offer, reason: string): Promise<void> {
    const { connections, names } = this.#means;
    const refusal = pack(Kind.REFUSE, 0, packReason(reason));
    await connections.use((connection) => connection.publish(names.inbox(id, "connector"), refusal));
  }

  async #close(): Promise<void> {
    try {
      await Promise.all(this.#leaves.map((leave) => leave()));
      await this.#accepting;
      if (this.#means.connections.current) await this.#refuseLate();
    } catch {
      // Without a connection nobody can be told; who waits finds out by itself.
    } finally {
      this.#release();
    }
  }

  /** Turns those away who rang when the listener was about to close, unless somebody else listens. */
  async #refuseLate(): Promise<void> {
    const { connections, names } = this.#means;
    await connections.use(async (connection) => {
      const others = await connection.countSubscribers(this.#addresses().map((address) => names.bell(address)));
      for (const [index, address] of this.#addresses().entries()) {
        if (others[index] !== 0) continue;
        let offer = await takeNextOffer(this.#means, connection, address);
        for (; offer; offer = await takeNextOffer(this.#means, connection, address)) {
          await this.#refuse(offer, "the listener is closed");
        }
      }
    });
  }
}
