/**
 * What an agent answers and publishes, to whomever it is connected.
 *
 * @module
 */

import type { Deed } from "@fourwire/session";
import { checkPattern, checkTopic, compilePattern, hasWildcard } from "@fourwire/transport";
import type { AgentPeer, NotificationContext, NotificationListener } from "./agent-peer.ts";
import { ProxyError } from "./errors.ts";
import { AGENT, Operation, readTarget, type Target } from "./operation.ts";
import { randomId } from "./random-id.ts";
import { type Relays, readSubscription } from "./relay.ts";
import { runSlot, Signal, type SignalLike, type Slot, type SlotOptions } from "./signal.ts";
import { readQueue } from "./signal-queue.ts";

/** Answers a request. What it throws rejects that request. */
export type RequestListener = (content: unknown, context: { readonly peer: AgentPeer }) => unknown;

/** Hears of a topic's first subscriber, and of its last one's leaving, with the number of subscribers then. */
export type SubscriberListener = (topic: string, count: number) => unknown;

/**
 * What an agent is to all its peers at once. From Pizco's `Agent`, whose methods
 * `on_request`, `on_notification`, `on_subscribe` and `on_unsubscribe` are overridden.
 */
export interface AgentPart {
  /** The agent's identity: random, and the same for all its peers, wherever they reach it. */
  readonly id: string;
  /**
   * Answers requests from now on, in the place of whatever answered them before.
   * Disposing what it returns stops that; without a listener requests reject with `NOT_FOUND`.
   */
  onRequest(listener: RequestListener): Disposable;
  /** Hears what arrives for subscriptions without a callback. */
  onNotification(listener: NotificationListener, options?: SlotOptions): Disposable;
  /** Hears when a topic, or a pattern, gets its first subscriber. */
  onSubscribe(listener: SubscriberListener, options?: SlotOptions): Disposable;
  /** Hears when a topic, or a pattern, loses its last subscriber. */
  onUnsubscribe(listener: SubscriberListener, options?: SlotOptions): Disposable;
  /**
   * Sends content to whoever subscribed to the topic, and returns how many
   * subscriptions that are. Never waits: whoever does not read loses it, and is told.
   *
   * Throws a `TypeError` for what is no topic.
   */
  publish(topic: string, content: unknown): number;
}

/** The longest pattern that a peer may subscribe to. */
const MAX_PATTERN = 1_000;

/** A topic, or a pattern, that is subscribed to. */
interface Topic {
  /** What a topic must be to count as this pattern; absent without wildcards, as then names are compared. */
  readonly matches: ((topic: string) => boolean) | undefined;
  /** One slot for each subscription of each peer. */
  readonly slots: Set<Slot<readonly unknown[]>>;
}

/** Says whether a call is for the agent, not for an object. */
export function isForAgent(target: unknown): boolean {
  return Array.isArray(target) && target[1] === AGENT;
}

/** Names what is asked of an agent: `request`, `subscribe` or `unsubscribe`, and the topic. */
export function describeForAgent(target: unknown): Deed {
  const parts = readTarget(target);
  const [subject = ""] = parts?.path ?? [];
  if (parts?.operation === Operation.CONNECT) return { action: "subscribe", subject };
  if (parts?.operation === Operation.DISCONNECT) return { action: "unsubscribe", subject };
  return { action: "request", subject: "" };
}

/** One agent's answers and topics, shared by all its connections. */
export class AgentCore implements AgentPart {
  readonly id: string = randomId();
  readonly #topics = new Map<string, Topic>();
  /** Those of the topics that have wildcards, which every publication has to be held against. */
  readonly #patterns = new Set<Topic>();
  readonly #subscribed: Signal<[topic: string, count: number]>;
  readonly #unsubscribed: Signal<[topic: string, count: number]>;
  readonly #notified: Signal<[content: unknown, context: NotificationContext]>;
  #listener: RequestListener | undefined;

  constructor(onError: (error: unknown) => void) {
    this.#subscribed = new Signal({ onError });
    this.#unsubscribed = new Signal({ onError });
    this.#notified = new Signal({ onError });
  }

  onRequest(listener: RequestListener): Disposable {
    if (typeof listener !== "function") throw new TypeError(`onRequest: expected a function, not ${typeof listener}`);
    this.#listener = listener;
    return {
      [Symbol.dispose]: () => {
        if (this.#listener === listener) this.#listener = undefined;
      },
    };
  }

  onNotification(listener: NotificationListener, options?: SlotOptions): Disposable {
    return this.#notified.connect(listener, options);
  }

  onSubscribe(listener: SubscriberListener, options?: SlotOptions): Disposable {
    return this.#subscribed.connect(listener, options);
  }

  onUnsubscribe(listener: SubscriberListener, options?: SlotOptions): Disposable {
    return this.#unsubscribed.connect(listener, options);
  }

  publish(topic: string, content: unknown): number {
    checkTopic(topic);
    const exact = this.#topics.get(topic);
    const matching = [...(exact ? [exact] : []), ...[...this.#patterns].filter(({ matches }) => matches?.(topic))];
    const slots = matching.flatMap((each) => [...each.slots]);
    // A relay's slot never throws; it tells the client, or the error hook.
    for (const slot of slots) runSlot(slot, [topic, content], () => undefined);
    return slots.length;
  }

  /** Hands on what arrived for a subscription without a callback. */
  notified(content: unknown, context: NotificationContext): void {
    this.#notified.emit(content, context);
  }

  /** Runs what a peer asks. Throws, or rejects with, what the listener does. */
  serve(
    target: unknown,
    args: readonly unknown[],
    peer: AgentPeer & { introduce(id: unknown): void },
    relays: Relays,
  ): unknown {
    const { operation, path }: Target = readTarget(target) ?? { operation: -1, reference: AGENT, path: [] };
    const [name] = path;
    if (name === undefined || path.length !== 1) throw notAsked();
    if (operation === Operation.CONNECT) {
      return relays.connect(readSubscription(args[0]), this.#topicOf(name), readQueue(args[1]));
    }
    if (operation === Operation.DISCONNECT) return relays.disconnect(readSubscription(args[0]));
    if (operation !== Operation.CALL) throw notAsked();
    if (name === "introduce") {
      peer.introduce(args[0]);
      return this.id;
    }
    if (name === "request" && this.#listener) return this.#listener(args[0], { peer });
    throw notAsked();
  }

  /** Makes a topic, or a pattern, something that slots connect to. */
  #topicOf(pattern: string): SignalLike {
    if (pattern.length > MAX_PATTERN) throw new TypeError(`A pattern has ${MAX_PATTERN} characters at most`);
    checkPattern(pattern);
    return {
      connect: (slot) => this.#add(pattern, slot),
      disconnect: (slot) => slot && this.#remove(pattern, slot),
      emit: () => undefined,
    };
  }

  #add(pattern: string, slot: Slot<readonly unknown[]>): void {
    const matches = hasWildcard(pattern) ? compilePattern(pattern) : undefined;
    const topic = this.#topics.get(pattern) ?? { matches, slots: new Set() };
    this.#topics.set(pattern, topic);
    if (topic.matches) this.#patterns.add(topic);
    topic.slots.add(slot);
    if (topic.slots.size === 1) this.#subscribed.emit(pattern, 1);
  }

  #remove(pattern: string, slot: Slot<readonly unknown[]>): void {
    const topic = this.#topics.get(pattern);
    if (!topic?.slots.delete(slot) || topic.slots.size > 0) return;
    this.#topics.delete(pattern);
    this.#patterns.delete(topic);
    this.#unsubscribed.emit(pattern, 0);
  }
}

function notAsked(): ProxyError {
  return new ProxyError("NOT_FOUND", "This agent answers no such request");
}
