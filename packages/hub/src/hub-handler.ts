/**
 * What a hub does for one session.
 *
 * @module
 */

import type { Deed, Handler } from "@fourwire/session";
import { callContext, SessionError } from "@fourwire/session";
import type { Queues, SubscribeOptions, TopicSubscription, Topics } from "@fourwire/transport";
import { TransportError } from "@fourwire/transport";
import type { Leases } from "./leases.ts";
import type { HubCall } from "./protocol.ts";
import { readFrames, readNumber, readText } from "./protocol.ts";
import type { HubSubscribeOptions } from "./switchboard.ts";

/** What the sessions of a hub share. */
export interface HubParts {
  readonly topics: Topics | undefined;
  readonly queues: Queues | undefined;
  readonly leases: Leases;
  /** The longest lease that anybody is given. */
  readonly maxLeaseMs: number;
}

type Served = (args: readonly unknown[]) => unknown;

/** Serves one session. What it subscribed to ends with it. */
export class HubHandler implements Handler {
  readonly #parts: HubParts;
  readonly #subscriptions = new Map<number, TopicSubscription>();
  #lastSubscription = 0;
  readonly #calls: Readonly<Record<HubCall, Served>> = {
    publish: (args) => this.#publish(args),
    subscribe: (args) => this.#subscribe(args),
    unsubscribe: ([id]) => this.#subscriptions.get(readNumber("The subscription", id))?.close(),
    put: ([queue, frames]) => this.#queues.put(readText("The queue", queue), readFrames(frames)),
    take: (args) => this.#take(args),
    extend: ([token, leaseMs]) => this.#extend(readText("The token", token), readNumber("leaseMs", leaseMs)),
    ack: ([token]) => this.#release(token).ack(),
    retry: ([token, delayMs]) => this.#release(token).retry({ delayMs: readNumber("delayMs", delayMs) }),
    reject: ([token]) => this.#release(token).reject(),
    size: async ([queue]) => ({ ...(await this.#queues.size(readText("The queue", queue))) }),
  };

  constructor(parts: HubParts) {
    this.#parts = parts;
  }

  call(target: unknown, args: readonly unknown[]): unknown {
    if (!isCall(target, this.#calls)) throw new SessionError("NOT_FOUND", "This is a hub: it has topics and queues");
    return this.#calls[target](args);
  }

  notify(target: unknown, args: readonly unknown[]): unknown {
    return this.call(target, args);
  }

  /** Names what is done to which topic or queue; a token names neither. */
  describe(target: unknown): Deed {
    return { action: String(target), subject: "" };
  }

  /** Ends what the session subscribed to. */
  close(): void {
    for (const subscription of this.#subscriptions.values()) void subscription.close();
  }

  get #topics(): Topics {
    return this.#parts.topics ?? unsupported("topics");
  }

  get #queues(): Queues {
    return this.#parts.queues ?? unsupported("queues");
  }

  async #publish([topic, frames]: readonly unknown[]): Promise<number | undefined> {
    const { receivers } = await this.#topics.publish(readText("The topic", topic), readFrames(frames));
    return receivers;
  }

  async #subscribe([pattern, options]: readonly unknown[]): Promise<unknown> {
    const subscription = await this.#topics.subscribe(readText("The pattern", pattern), readOptions(options));
    this.#lastSubscription += 1;
    const id = this.#lastSubscription;
    this.#subscriptions.set(id, subscription);
    return [id, this.#events(id, subscription)];
  }

  async *#events(id: number, subscription: TopicSubscription): AsyncGenerator<unknown> {
    try {
      for await (const { topic, frames } of subscription) yield [subscription.dropped, topic, ...frames];
    } finally {
      this.#subscriptions.delete(id);
      await subscription.close();
    }
  }

  async #take([queue, leaseMs]: readonly unknown[]): Promise<unknown> {
    const { leases, maxLeaseMs } = this.#parts;
    const { signal } = callContext();
    const ms = Math.min(readNumber("leaseMs", leaseMs), maxLeaseMs);
    const item = await this.#queues.take(readText("The queue", queue), { leaseMs: ms, signal });
    if (signal.aborted) {
      // Nobody waits for it any more: the next taker gets it at once.
      await item.retry();
      throw signal.reason;
    }
    return [leases.add(item, ms), item.id, item.deliveries, ...item.frames];
  }

  async #extend(token: string, leaseMs: number): Promise<void> {
    const { leases, maxLeaseMs } = this.#parts;
    const ms = Math.min(leaseMs, maxLeaseMs);
    await leases.prolong(token, ms).extend(ms);
  }

  #release(token: unknown): ReturnType<Leases["release"]> {
    return this.#parts.leases.release(readText("The token", token));
  }
}

function isCall(target: unknown, calls: Readonly<Record<HubCall, Served>>): target is HubCall {
  return typeof target === "string" && Object.hasOwn(calls, target);
}

function readOptions(options: unknown): HubSubscribeOptions {
  if (typeof options !== "object" || options === null) throw new TypeError("The options are an object");
  const known: Partial<Record<keyof HubSubscribeOptions & keyof SubscribeOptions, unknown>> = options;
  // The topics check what they are given; what has another type is told here.
  if (known.group !== undefined) readText("group", known.group);
  return options;
}

function unsupported(port: string): never {
  throw new TransportError("UNSUPPORTED", `The backend of this hub has no ${port}`);
}
