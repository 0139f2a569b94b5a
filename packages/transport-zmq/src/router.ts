/**
 * The listener's end: one ROUTER socket for all channels of an address.
 *
 * @module
 */

import type { Channel, Frames, Listener, ListenerControl } from "@fourwire/transport";
import { createListener } from "@fourwire/transport";
import type { BoundRouter } from "./bind.ts";
import { PROTOCOL_VERSION, parseControl, refuse, welcome } from "./control.ts";
import { Conversation } from "./conversation.ts";
import { ownFrames } from "./frames.ts";
import type { Means } from "./means.ts";
import type { Settings } from "./options.ts";
import { afterArrived, receiveFrom } from "./receive.ts";
import { Writer } from "./writer.ts";

/** The connected peers remembered as dismissed; beyond it the oldest is forgotten and might be greeted again. */
const MAX_DISMISSED = 100_000;

/** A peer as the socket knows it. */
interface Peer {
  /** The routing id, as bytes to send to and as a key. */
  readonly id: Buffer;
  readonly key: string;
}

/**
 * A bound ROUTER and the conversations on it.
 *
 * Unbinding would cut every peer off, so the socket stays bound until the
 * listener is closed and its last channel too; until then it turns newcomers
 * away, or takes them for the next listener at the same address.
 */
export class RouterEnd {
  readonly address: string;
  readonly #bound: BoundRouter;
  readonly #writer: Writer;
  readonly #settings: Settings;
  readonly #onReleased: () => void;
  readonly #conversations = new Map<string, Conversation>();
  /** Peers that had their conversation, or were turned away, and are still connected. */
  readonly #dismissed = new Set<string>();
  #accepting: ListenerControl | undefined;
  #released: Promise<void> | undefined;

  constructor(bound: BoundRouter, { settings, guard }: Means, onReleased: () => void) {
    this.address = bound.address;
    this.#bound = bound;
    this.#writer = new Writer(bound.router);
    this.#settings = settings;
    this.#onReleased = onReleased;
    // It ends when the socket is closed, or breaks with it.
    guard.during(bound.router, this.#read()).catch((error: unknown) => this.#onBroken(error));
  }

  /** Whether its listener is closed while channels go on. */
  get isDraining(): boolean {
    return !this.#accepting && !this.#released;
  }

  /** Starts to accept newcomers. */
  listen(): Listener {
    const control = createListener({
      address: this.address,
      close: async () => {
        this.#accepting = undefined;
        await this.#releaseIfIdle();
      },
    });
    this.#accepting = control;
    return control.listener;
  }

  /** Closes the listener and every channel. */
  async close(): Promise<void> {
    const channels: Channel[] = [...this.#conversations.values()].map(({ channel }) => channel);
    await Promise.all([this.#accepting?.listener.close(), ...channels.map((channel) => channel.close())]);
    await this.#released;
  }

  async #read(): Promise<void> {
    const { router } = this.#bound;
    while (!router.closed) {
      const parts = await receiveFrom(router);
      if (parts) this.#dispatch(parts);
    }
  }

  #dispatch(parts: readonly Buffer[]): void {
    const [id, first] = parts;
    if (!id || !first) return;
    const key = id.toString("latin1");
    const conversation = this.#conversations.get(key);
    if (parts.length === 2 && this.#isNotice(first)) {
      this.#dismissed.delete(key);
      conversation?.lost("The connection of the far end is gone");
    } else if (conversation) {
      conversation.receive(ownFrames(parts, 1));
    } else if (first.byteLength === 0 && !this.#dismissed.has(key)) {
      this.#greet({ id, key }, ownFrames(parts, 1));
    }
  }

  /** Whether the only frame is what libzmq delivers for a peer that is gone; a peer that sends it says so of itself. */
  #isNotice(frame: Buffer): boolean {
    return frame.byteLength === 0 || frame.equals(this.#bound.inprocNotice);
  }

  /** Answers a newcomer's HELLO; whatever else a stranger says is ignored. */
  #greet(peer: Peer, frames: Frames): void {
    const control = parseControl(frames);
    if (control?.kind !== "hello") return;
    const objection = this.#objectionTo(control.version);
    if (objection === undefined) {
      this.#accept(peer);
    } else {
      this.#dismiss(peer);
      this.#send(peer, [...refuse(objection)], 0).catch(() => undefined);
    }
  }

  #objectionTo(version: number): string | undefined {
    if (version !== PROTOCOL_VERSION) return `it speaks version ${PROTOCOL_VERSION} of the protocol, not ${version}`;
    if (!this.#accepting) return "the listener is closed";
    const { maxChannels } = this.#settings;
    return this.#conversations.size >= maxChannels ? `it has ${maxChannels} channels open (maxChannels)` : undefined;
  }

  #accept(peer: Peer): void {
    const conversation = new Conversation(
      {
        send: (message, bytes) => this.#send(peer, message, bytes),
        afterArrived: (then) => afterArrived(this.#bound.router, then),
        release: () => {
          this.#conversations.delete(peer.key);
          this.#dismiss(peer);
          return this.#releaseIfIdle();
        },
      },
      this.#settings,
    );
    this.#conversations.set(peer.key, conversation);
    // A peer that is gone again already is noticed like any other.
    this.#send(peer, [...welcome()], 0).catch(() => undefined);
    this.#accepting?.accept(conversation.channel);
  }

  #send(peer: Peer, message: Uint8Array[], bytes: number): Promise<void> {
    message.unshift(peer.id);
    return this.#writer.send(message, bytes);
  }

  /** Ignores a peer from now on, until libzmq says that it is gone. */
  #dismiss({ key }: Peer): void {
    this.#dismissed.add(key);
    if (this.#dismissed.size <= MAX_DISMISSED) return;
    for (const oldest of this.#dismissed) {
      this.#dismissed.delete(oldest);
      break;
    }
  }

  #onBroken(error: unknown): void {
    const why = `The listening socket broke: ${String(error)}`;
    for (const conversation of this.#conversations.values()) conversation.lost(why);
    // With no channel left, closing the listener frees the socket.
    this.#accepting?.listener.close().catch(() => undefined);
  }

  async #releaseIfIdle(): Promise<void> {
    if (this.#accepting || this.#conversations.size > 0) return;
    this.#released ??= this.#bound.release().then(this.#onReleased);
    await this.#released;
  }
}
