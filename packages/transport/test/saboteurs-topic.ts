import type { Frames, Topics } from "@fourwire/transport";
import type { Fixture } from "@fourwire/transport/conformance";
import { memory } from "@fourwire/transport/memory";
import { breakSubscriptions, breakTopics, breakTransport, map } from "./sabotage.ts";

/** The memory driver that subscribes to another pattern, or otherwise than asked. */
function breakSubscribe(
  change: (...asked: Parameters<Topics["subscribe"]>) => Parameters<Topics["subscribe"]>,
): Fixture {
  return breakTopics((topics) => ({ subscribe: (...asked) => topics.subscribe(...change(...asked)) }));
}

const broadcastSaboteurs: Readonly<Record<string, Fixture>> = {
  "topic/confirmed": breakTopics((topics) => ({
    async subscribe(pattern, options) {
      const late = new Promise((resolve) => setImmediate(resolve)).then(() => topics.subscribe(pattern, options));
      const close = async (): Promise<void> => (await late).close();
      return {
        dropped: 0,
        close,
        [Symbol.asyncDispose]: close,
        [Symbol.asyncIterator]: () => ({ next: async () => (await late)[Symbol.asyncIterator]().next() }),
      };
    },
  })),
  "topic/not-before": breakTopics((topics) => {
    const retained = new Map<string, Frames>();
    return {
      async publish(topic, frames) {
        retained.set(topic, frames);
        return topics.publish(topic, frames);
      },
      async subscribe(topic, options) {
        const subscription = await topics.subscribe(topic, options);
        const frames = retained.get(topic);
        if (frames) await topics.publish(topic, frames);
        return subscription;
      },
    };
  }),
  "topic/order": breakTopics((topics) => {
    let held: Frames | undefined;
    return {
      async publish(topic, frames) {
        const overtaken = held;
        held = overtaken ? undefined : frames;
        if (!overtaken) return {};
        await topics.publish(topic, frames);
        return topics.publish(topic, overtaken);
      },
    };
  }),
  "topic/broadcast": breakSubscribe((pattern, options) => [pattern, { ...options, group: "everybody" }]),
  "topic/exact": breakSubscribe((pattern) => [pattern.replace(/[^.]+$/, "*")]),
  "topic/one-segment": breakSubscribe((pattern) => [pattern.replace(/\*.*$/, "**")]),
  "topic/more-segments": breakSubscribe((pattern) => [pattern.replace("**", "*")]),
  "topic/frames": breakSubscriptions((subscription) => ({
    [Symbol.asyncIterator]: () =>
      map(subscription[Symbol.asyncIterator](), ({ topic, frames }) => ({
        topic,
        frames: frames.map((frame) => Buffer.from(frame)),
      })),
  })),
  "topic/receivers": breakTopics((topics) => ({
    publish: async (topic, frames) => ({ receivers: ((await topics.publish(topic, frames)).receivers ?? 0) + 1 }),
  })),
  "topic/bounded": breakSubscribe((pattern) => [pattern]),
  "topic/mistakes": breakTopics((topics) => ({
    publish: (topic, frames) => topics.publish(topic.replaceAll("*", "any"), frames),
  })),
  "topic/close": breakSubscriptions(() => ({ close: async () => undefined })),
  "topic/abort": breakSubscribe((pattern, options) => [pattern, { ...options, signal: undefined }]),
  "topic/transport-close": breakTransport(() => ({ topics: memory().topics })),
};

const groupSaboteurs: Readonly<Record<string, Fixture>> = {
  "group/one-member": breakSubscribe((pattern) => [pattern]),
  "group/every-group": breakSubscribe((pattern, options) => [pattern, { ...options, group: options?.group && "same" }]),
  "group/by-pattern": breakSubscribe((pattern, options) => [pattern.replace("*", "a"), options]),
  "group/leave": breakSubscriptions((subscription) => {
    const iterator = subscription[Symbol.asyncIterator]();
    let leave = (): void => undefined;
    const left = new Promise<IteratorReturnResult<undefined>>((resolve) => {
      leave = () => resolve({ value: undefined, done: true });
    });
    // Looks closed, but goes on taking its share.
    return {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.race([iterator.next(), left]) }),
      close: async () => leave(),
    };
  }),
};

/** Saboteurs of the topic and group checks. */
export const topicSaboteurs: Readonly<Record<string, Fixture>> = { ...broadcastSaboteurs, ...groupSaboteurs };
