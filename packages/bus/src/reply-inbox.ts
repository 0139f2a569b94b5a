/**
 * Where the replies to one bus arrive.
 *
 * A reply is one value: `[number, kind, sender id, sender name, value, more]`.
 * The name is left out when it is the id.
 *
 * @module
 */

import type { Frames, TopicMessage } from "@fourwire/transport";
import { BusError } from "./errors.ts";
import { decode } from "./event-message.ts";
import { Feed } from "./feed.ts";
import { type BusIdentity, identityOf, nameOnWire } from "./identity.ts";
import { type Delivery, messagesOf } from "./outbox.ts";
import type { BusParts } from "./parts.ts";

/**
 * What a reply says.
 *
 * - `here`: the sender serves the function.
 * - `gone`: the sender does not.
 * - `working`: the function runs.
 * - `result`, `error`: how it ended. `more` of an error is its arguments.
 * - `progress`: how far a job is.
 */
export type ReplyKind = "here" | "gone" | "working" | "result" | "error" | "progress";

const KINDS: ReadonlySet<unknown> = new Set<ReplyKind>(["here", "gone", "working", "result", "error", "progress"]);

/** A reply as it arrived. */
export interface Reply {
  readonly kind: ReplyKind;
  readonly sender: BusIdentity;
  readonly value: unknown;
  readonly more: unknown;
}

/** Takes the replies to one question. */
export interface ReplyListener {
  reply(reply: Reply): void;
  /** Called when there will be no more, because the bus or the transport is closed. */
  end(error: Error): void;
}

/** The replies to one bus. It subscribes with the first question. */
export class ReplyInbox {
  readonly #parts: BusParts;
  readonly #listeners = new Map<number, ReplyListener>();
  #feed: Feed | undefined;
  #opening: Promise<void> | undefined;
  #isOpen = false;
  #last = 0;

  constructor(parts: BusParts) {
    this.#parts = parts;
  }

  /** The number of questions that wait for replies. */
  get size(): number {
    return this.#listeners.size;
  }

  /** Whether replies arrive. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Subscribes, once; resolved means that replies arrive. */
  async open(): Promise<void> {
    this.#opening ??= this.#open();
    await this.#opening;
  }

  /** Numbers a question. */
  expect(listener: ReplyListener): number {
    this.#last += 1;
    this.#listeners.set(this.#last, listener);
    return this.#last;
  }

  /** Lets go of a question: replies to it are dropped. */
  forget(number: number): void {
    this.#listeners.delete(number);
  }

  /** Ends every question. */
  async close(): Promise<void> {
    this.#isOpen = false;
    this.#endAll(new BusError("CLOSED", "The bus is closed"));
    await this.#feed?.close();
  }

  async #open(): Promise<void> {
    const { names, self } = this.#parts;
    const feed = new Feed({
      topics: this.#parts.topics(),
      pattern: names.inbox(self.id),
      take: (message) => this.#take(message),
      // What was asked in the meantime ends at its deadline.
      gap: () => undefined,
      ended: (error) => {
        this.#opening = undefined;
        this.#isOpen = false;
        this.#endAll(error ?? new BusError("CLOSED", "The transport is closed"));
      },
    });
    this.#feed = feed;
    try {
      await feed.open();
      this.#isOpen = true;
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
  }

  #take({ topic, frames }: TopicMessage): undefined {
    for (const message of messagesOf(frames)) this.#read(topic, message);
  }

  #read(topic: string, frames: Frames): void {
    try {
      const message = decode(this.#parts.codec, frames, "The reply");
      const [number, kind, senderId, senderName, value, more] = message;
      if (typeof number !== "number" || !isKind(kind)) throw new BusError("UNREADABLE", "The reply is none of a bus");
      const sender = identityOf(senderId, senderName);
      if (!sender) throw new BusError("UNREADABLE", "The reply does not say whose it is");
      this.#listeners.get(number)?.reply({ kind, sender, value, more });
    } catch (error) {
      this.#parts.report(error, { kind: "reply", name: topic });
    }
  }

  #endAll(error: Error): void {
    const listeners = [...this.#listeners.values()];
    this.#listeners.clear();
    for (const listener of listeners) listener.end(error);
  }
}

/** What is said to whoever asked. */
export interface Said {
  readonly kind: ReplyKind;
  readonly value?: unknown;
  readonly more?: unknown;
}

/** Whom a reply is for. */
export interface Asker {
  /** The id of the bus that asked. */
  readonly caller: string;
  readonly number: number;
}

/** Sends a reply. Throws when its value does not cross; `failed` hears when the transport cannot carry it. */
export function postReply(parts: BusParts, { caller, number }: Asker, said: Said, delivery: Delivery): void {
  const { codec, names, self, outbox } = parts;
  const frames = codec.encode([number, said.kind, self.id, nameOnWire(self), said.value, said.more]);
  outbox.send(names.inbox(caller), frames, delivery);
}

/** Sends a reply. Rejects when its value does not cross, or the transport cannot carry it. */
export function sendReply(parts: BusParts, asker: Asker, said: Said): Promise<void> {
  return new Promise((resolve, reject) => postReply(parts, asker, said, { sent: () => resolve(), failed: reject }));
}

function isKind(kind: unknown): kind is ReplyKind {
  return KINDS.has(kind);
}
