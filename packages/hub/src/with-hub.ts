/**
 * The end that uses a hub.
 *
 * @module
 */

import type { OpenOptions } from "@fourwire/session";
import type { Frames, Logs, Queues, TopicSubscription, Topics, Transport, WaitOptions } from "@fourwire/transport";
import { checkFrames, checkPattern, checkTopic } from "@fourwire/transport";
import { HubLink } from "./hub-link.ts";
import { createHubLogs } from "./hub-logs.ts";
import { createHubQueues } from "./hub-queues.ts";
import { RemoteSubscription } from "./hub-subscription.ts";
import { Publications } from "./publications.ts";
import type { HubSubscribeOptions } from "./switchboard.ts";
import { boundsOf } from "./switchboard.ts";

/** How a hub is used: as a session is opened. */
export interface WithHubOptions extends Omit<OpenOptions, "handler" | "signal"> {
  /** Whether the hub's queues and logs survive its end, as its backend decides. Default `false`. */
  readonly durable?: boolean | undefined;
}

/** The topics of a hub. */
export interface HubTopics extends Topics {
  subscribe(pattern: string, options?: HubSubscribeOptions): Promise<TopicSubscription>;
}

/** A transport whose topics, queues and logs are a hub's. */
export interface HubTransport extends Transport {
  readonly topics: HubTopics;
  readonly queues: Queues;
  readonly logs: Logs;
}

/** What a session takes beside the frames of a message. */
const OVERHEAD_BYTES = 64 * 1024;
const DEFAULT_MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/**
 * Adds the topics, queues and logs of a hub to a transport, whose channels stay as
 * they are.
 *
 * It opens a session with the first use and closes it after the last. Closing
 * it closes the transport.
 *
 * @example
 * ```ts
 * await using transport = withHub(zmq(), "tcp://127.0.0.1:7000");
 * await transport.topics.publish("order.placed", [bytes]);
 * ```
 */
export function withHub(transport: Transport, address: string, options: WithHubOptions = {}): HubTransport {
  const { durable = false, ...opening } = options;
  const maxSessionBytes = opening.limits?.maxMessageBytes ?? DEFAULT_MAX_MESSAGE_BYTES;
  const maxMessageBytes = Math.min(transport.traits.maxMessageBytes, maxSessionBytes) - OVERHEAD_BYTES;
  const link = new HubLink(transport, address, opening);
  let closing: Promise<void> | undefined;
  const closeAll = async (): Promise<void> => {
    await link.close();
    await transport.close();
  };
  const close = (): Promise<void> => {
    closing ??= closeAll();
    return closing;
  };
  return {
    name: `${transport.name} with hub`,
    traits: { ...transport.traits, topics: true, queues: true, logs: true, durable },
    topics: createTopics(link, maxMessageBytes),
    queues: createHubQueues(link, maxMessageBytes),
    logs: createHubLogs(link, maxMessageBytes),
    connect: (to, wait) => transport.connect(to, wait),
    listen: (at, wait) => transport.listen(at, wait),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function createTopics(link: HubLink, maxMessageBytes: number): HubTopics {
  const publications = new Publications(link);
  return {
    async publish(topic: string, frames: Frames, { signal }: WaitOptions = {}) {
      signal?.throwIfAborted();
      checkTopic(topic);
      checkFrames(frames, maxMessageBytes);
      const receivers = await abortable(publications.publish(topic, frames), signal);
      return receivers === undefined ? {} : { receivers };
    },

    async subscribe(pattern, options = {}) {
      options.signal?.throwIfAborted();
      checkPattern(pattern);
      if (options.group === "") throw new TypeError("A group has a non-empty name");
      boundsOf(options);
      publications.flush();
      return await new RemoteSubscription(link, pattern, options).open(options.signal);
    },
  };
}

/** Waits for as long as the signal lets it. */
function abortable<Result>(promise: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
