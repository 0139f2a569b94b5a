/**
 * Publish and subscribe over Redis.
 *
 * @module
 */

import type { Frames, SubscribeOptions, TopicSubscription, Topics, WaitOptions } from "@fourwire/transport";
import {
  checkFrames,
  checkPattern,
  checkTopic,
  compilePattern,
  EventBuffer,
  hasWildcard,
  TransportError,
} from "@fourwire/transport";
import { Batch, type BatchLimits, type Job, settleJobs } from "./batch.ts";
import type { Connection } from "./connection.ts";
import type { Resident } from "./connections.ts";
import { publishMessages } from "./group-scripts.ts";
import type { Groups } from "./groups.ts";
import type { Means } from "./means.ts";
import { freshId } from "./names.ts";
import { packMessage, packParcel, unpackParcel } from "./parcels.ts";
import { readNumbers } from "./replies.ts";
import type { Leave, Use } from "./subscriptions.ts";

/** The bytes kept for a slow subscriber, by default: 16 MiB. */
const DEFAULT_MAX_BUFFERED_BYTES = 16 * 1024 * 1024;

/** What leaves at once: more would keep other users of Redis waiting. */
const PUBLISH_LIMITS: BatchLimits = { items: 1024, bytes: 1024 * 1024 };

/** Who got a message, as far as it is known. */
type Published = Awaited<ReturnType<Topics["publish"]>>;

const NOBODY: Published = Object.freeze({ receivers: 0 });
const SOMEBODY: Published = Object.freeze({});

/** A message to publish. */
interface Publication {
  readonly topic: string;
  readonly payload: Buffer;
}

/** A subscription without a group. */
interface Reader {
  readonly subscription: TopicSubscription;
  readonly onGap: () => void;
}

/** The topics of one transport. */
export class RedisTopics implements Topics, Resident {
  readonly #means: Means;
  readonly #groups: Groups;
  readonly #readers = new Set<Reader>();
  readonly #publications: Batch<Job<Publication, Published>>;
  readonly #id: string = freshId();
  #batches = 0;

  constructor(means: Means, groups: Groups) {
    this.#means = means;
    this.#groups = groups;
    this.#publications = new Batch((jobs) => void settleJobs(jobs, this.#publishAll(jobs)), PUBLISH_LIMITS);
  }

  publish(topic: string, frames: Frames, { signal }: WaitOptions = {}): Promise<Published> {
    return new Promise((resolve, reject) => {
      // What this throws rejects: one promise is all that a message costs.
      const { connections, settings } = this.#means;
      connections.checkOpen();
      signal?.throwIfAborted();
      checkTopic(topic);
      checkFrames(frames, settings.maxMessageBytes);
      const payload = packMessage(frames);
      this.#publications.add({ request: { topic, payload }, resolve, reject }, payload.byteLength);
    });
  }

  async subscribe(pattern: string, options: SubscribeOptions = {}): Promise<TopicSubscription> {
    const { group, maxBufferedBytes = DEFAULT_MAX_BUFFERED_BYTES, signal, onGap = () => undefined } = options;
    this.#means.connections.checkOpen();
    signal?.throwIfAborted();
    checkPattern(pattern);
    if (group === "") throw new TypeError("A group has a non-empty name");
    if (!(maxBufferedBytes >= 0)) throw new TypeError("maxBufferedBytes is a number of bytes");
    const subscription =
      group === undefined
        ? await this.#read(pattern, maxBufferedBytes, onGap)
        : await this.#groups.join({ pattern, group, maxBufferedBytes, onGap });
    if (!signal?.aborted) return subscription;
    await subscription.close();
    throw signal.reason;
  }

  async connected(_connection: Connection, isAnother: boolean): Promise<void> {
    if (!isAnother) return;
    for (const { onGap } of this.#readers) onGap();
  }

  disconnected(): void {
    // Subscriptions move on to the next connection.
  }

  async close(): Promise<void> {
    await Promise.all([...this.#readers].map(({ subscription }) => subscription.close()));
  }

  async #publishAll(jobs: readonly Job<Publication, Published>[]): Promise<Published[]> {
    const { connections, names } = this.#means;
    this.#batches += 1;
    const parcels = groupByTopic(jobs);
    const args: (string | Buffer)[] = [names.topic(""), `${this.#id}-${this.#batches}`];
    for (const [topic, payloads] of parcels) args.push(topic, packParcel(payloads));
    const receivers = await connections.use(async (connection) =>
      readNumbers(await connection.run(publishMessages, names.groups, args)),
    );
    // Redis counts connections, and patterns of its own that match more than ours: only nobody is nobody.
    const isSure = connections.current?.isCluster === false;
    const unheard = new Set([...parcels.keys()].filter((_, index) => isSure && receivers[index] === 0));
    return jobs.map(({ request }) => (unheard.has(request.topic) ? NOBODY : SOMEBODY));
  }

  async #read(pattern: string, maxBufferedBytes: number, onGap: () => void): Promise<TopicSubscription> {
    const { connections } = this.#means;
    const release = connections.hold();
    let leave: Leave = async () => undefined;
    const buffer = new EventBuffer(() => {
      this.#readers.delete(reader);
      leaving = leave().finally(release);
    });
    let leaving: Promise<void> | undefined;
    const member = buffer.join(maxBufferedBytes);
    const close = async (): Promise<void> => {
      await member.close();
      await leaving;
    };
    const subscription: TopicSubscription = {
      get dropped() {
        return member.dropped;
      },
      close,
      [Symbol.asyncIterator]: () => member[Symbol.asyncIterator](),
      [Symbol.asyncDispose]: close,
    };
    const reader: Reader = { subscription, onGap };
    this.#readers.add(reader);
    try {
      leave = await this.#listen(pattern, buffer);
    } catch (error) {
      await close();
      throw error;
    }
    return subscription;
  }

  #listen(pattern: string, buffer: EventBuffer): Promise<Leave> {
    const { subscriptions, connections, names } = this.#means;
    const start = names.topic("").length;
    const isPlain = !hasWildcard(pattern);
    const matches = compilePattern(pattern);
    const take = (payload: Buffer, channel: string): void => {
      // A channel without wildcards brings its own messages only.
      const topic = isPlain ? pattern : channel.slice(start);
      if (!isPlain && !matches(topic)) return;
      // Each reader gets bytes of its own.
      for (const frames of unpackParcel(payload)) buffer.push({ topic, frames });
    };
    const use: Use = (work) => connections.use(work);
    if (isPlain) return subscriptions.subscribe(names.topic(pattern), take, use);
    return subscriptions.subscribePattern(names.topics(pattern), take, use).catch((error: unknown) => {
      if (!(error instanceof TransportError && error.code === "UNAUTHORIZED")) throw error;
      // Redis allows a confined user only the very patterns that it was given.
      return subscriptions.subscribePattern(names.topics("**"), take, use);
    });
  }
}

/** Gathers what was published on each topic, in order; between topics there is none. */
function groupByTopic(jobs: readonly Job<Publication, Published>[]): Map<string, Buffer[]> {
  const topics = new Map<string, Buffer[]>();
  for (const { request } of jobs) {
    const payloads = topics.get(request.topic);
    if (payloads) payloads.push(request.payload);
    else topics.set(request.topic, [request.payload]);
  }
  return topics;
}
