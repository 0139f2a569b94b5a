/**
 * What a hub does for one session.
 *
 * @module
 */

import type { Deed, Handler } from "@fourwire/session";
import { SessionError } from "@fourwire/session";
import type { Frames, Logs, Queues, TopicSubscription, Topics } from "@fourwire/transport";
import { TransportError } from "@fourwire/transport";
import { createLogCalls } from "./log-handler.ts";
import type { HubCall, Served } from "./protocol.ts";
import { readFrames, readNumber, readOptionalNumber, readOptionalText, readOptions } from "./protocol.ts";
import type { QueueParts } from "./queue-handler.ts";
import { createQueueCalls } from "./queue-handler.ts";
import { createSubscribedEvents } from "./subscribed-events.ts";
import type { HubSubscribeOptions } from "./switchboard.ts";
import { readPolicy, Switchboard } from "./switchboard.ts";

/** What the sessions of a hub share. */
export interface HubParts extends QueueParts {
  readonly topics: Topics | undefined;
  readonly queues: Queues | undefined;
  readonly logs: Logs | undefined;
}

/** Serves one session. What it subscribed to ends with it. */
export class HubHandler implements Handler {
  readonly #parts: HubParts;
  /** Subscriptions and readers of logs, by their numbers. */
  readonly #subscriptions = new Map<number, Pick<TopicSubscription, "close">>();
  #lastSubscription = 0;
  readonly #calls: Readonly<Record<HubCall, Served>>;

  constructor(parts: HubParts) {
    this.#parts = parts;
    this.#calls = {
      publish: (topic, messages) => this.#publish(topic, messages.map(readFrames)),
      subscribe: (pattern, [options]) => this.#subscribe(pattern, options),
      unsubscribe: (_, [id]) => this.#subscriptions.get(readNumber("The subscription", id))?.close(),
      ...createQueueCalls(() => this.#parts.queues ?? unsupported("queues"), parts),
      ...createLogCalls(() => this.#parts.logs ?? unsupported("logs"), {
        add: (reader) => this.#keep(reader),
        remove: (id) => this.#subscriptions.delete(id),
        close: (id) => this.#subscriptions.get(id)?.close(),
      }),
    };
  }

  call(target: unknown, args: readonly unknown[]): unknown {
    const [call, name] = Array.isArray(target) ? target : [];
    if (!isCall(call, this.#calls) || typeof name !== "string")
      throw new SessionError("NOT_FOUND", "This is a hub: it has topics, queues and logs");
    return this.#calls[call](name, args);
  }

  notify(target: unknown, args: readonly unknown[]): unknown {
    return this.call(target, args);
  }

  /** Names what is done to which topic, pattern, queue or log. */
  describe(target: unknown): Deed {
    const [action, subject] = Array.isArray(target) ? target : [];
    return { action: String(action), subject: String(subject) };
  }

  /** Ends what the session subscribed to. */
  close(): void {
    for (const subscription of this.#subscriptions.values()) void subscription.close();
  }

  get #topics(): Topics {
    return this.#parts.topics ?? unsupported("topics");
  }

  /** Answers at once where it can: the hub's own topics need no promise. Each session is a publisher of its own. */
  #publish(topic: string, messages: readonly Frames[]): unknown {
    const topics = this.#topics;
    const receivers = messages.map((frames) =>
      topics instanceof Switchboard ? topics.deliver(topic, frames, this) : receiversOf(topics.publish(topic, frames)),
    );
    return receivers.some((each) => typeof each !== "number") ? Promise.all(receivers) : receivers;
  }

  async #subscribe(pattern: string, options: unknown): Promise<unknown> {
    let events: ReturnType<typeof createSubscribedEvents> | undefined;
    const onGap = (): void => events?.tellGap();
    const subscription = await this.#topics.subscribe(pattern, { ...readSubscribeOptions(options), onGap });
    const id = this.#keep(subscription);
    events = createSubscribedEvents(subscription, () => this.#subscriptions.delete(id));
    return [id, events];
  }

  #keep(subscription: Pick<TopicSubscription, "close">): number {
    this.#lastSubscription += 1;
    this.#subscriptions.set(this.#lastSubscription, subscription);
    return this.#lastSubscription;
  }
}

function isCall(call: unknown, calls: Readonly<Record<HubCall, Served>>): call is HubCall {
  return typeof call === "string" && Object.hasOwn(calls, call);
}

/** Reads how a subscriber wants its messages. The topics check what they are given; what has another type is told here. */
function readSubscribeOptions(options: unknown): HubSubscribeOptions {
  const { group, maxBufferedBytes, maxBufferedItems, onFull } = readOptions<keyof HubSubscribeOptions>(options);
  return {
    group: readOptionalText("group", group),
    maxBufferedBytes: readOptionalNumber("maxBufferedBytes", maxBufferedBytes),
    maxBufferedItems: readOptionalNumber("maxBufferedItems", maxBufferedItems),
    onFull: readPolicy(onFull),
  };
}

async function receiversOf(publishing: ReturnType<Topics["publish"]>): Promise<number | undefined> {
  return (await publishing).receivers;
}

function unsupported(port: string): never {
  throw new TransportError("UNSUPPORTED", `The backend of this hub has no ${port}`);
}
