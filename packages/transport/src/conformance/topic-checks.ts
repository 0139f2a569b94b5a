/**
 * Publish and subscribe.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { TopicSubscription } from "../topics.ts";
import {
  assertPlain,
  assertSame,
  next,
  pattern,
  read,
  rejectsAsMistake,
  rejectsBecause,
  rejectsWith,
  text,
  topicsOf,
} from "./bench.ts";
import type { Bench, Check } from "./check.ts";

/** The checks of broadcast topics. */
export const topicChecks: readonly Check[] = [
  {
    id: "topic/confirmed",
    says: "Once subscribe has resolved the next message is seen.",
    needs: "topics",
    async run(bench) {
      const topics = topicsOf(bench);
      for (let round = 0; round < 20; round += 1) {
        const topic = bench.unique("confirmed");
        const subscription = await topics.subscribe(topic);
        await topics.publish(topic, text("now"));
        assert.equal(read((await next(subscription))?.frames), "now");
        await subscription.close();
      }
    },
  },
  {
    id: "topic/not-before",
    says: "A subscription does not see what was published before it.",
    needs: "topics",
    async run(bench) {
      const topics = topicsOf(bench);
      const topic = bench.unique("before");
      await topics.publish(topic, text("before"));
      const subscription = await topics.subscribe(topic);
      await topics.publish(topic, text("after"));
      assert.equal(read((await next(subscription))?.frames), "after");
    },
  },
  {
    id: "topic/order",
    says: "One publisher's messages arrive in order, with the topic they were published on.",
    needs: "topics",
    async run(bench) {
      const topics = topicsOf(bench);
      const topic = bench.unique("order");
      const subscription = await topics.subscribe(topic);
      for (let index = 0; index < 200; index += 1) await topics.publish(topic, text(String(index)));
      for (let index = 0; index < 200; index += 1) {
        const message = await next(subscription);
        assert.equal(message?.topic, topic);
        assert.equal(read(message?.frames), String(index));
      }
    },
  },
  {
    id: "topic/broadcast",
    says: "Every subscriber gets every message, with frames of its own.",
    needs: "topics",
    async run(bench) {
      const topics = topicsOf(bench);
      const topic = bench.unique("broadcast");
      const subscriptions = await Promise.all([topics.subscribe(topic), topics.subscribe(topic)]);
      await topics.publish(topic, text("for all"));
      for (const subscription of subscriptions) {
        const message = await next(subscription);
        assert.equal(read(message?.frames), "for all");
        message?.frames[0]?.fill(0);
      }
    },
  },
  {
    id: "topic/exact",
    says: "A pattern without wildcards matches the topic of that name only.",
    needs: "topics",
    async run(bench) {
      const stem = bench.unique("exact");
      assert.deepEqual(await seen(bench, `${stem}.a`, [`${stem}.ab`, stem, `${stem}.a.b`, `${stem}.b`, `${stem}.a`]), [
        `${stem}.a`,
      ]);
    },
  },
  {
    id: "topic/one-segment",
    says: "In a pattern * stands for exactly one segment.",
    needs: "topics",
    async run(bench) {
      const stem = bench.unique("one");
      const published = [`${stem}.a`, `${stem}.a.x`, `${stem}.x`, `${stem}.a.b.x`, `${stem}.a.y`, `${stem}.b.x`];
      assert.deepEqual(await seen(bench, `${stem}.*.x`, published), [`${stem}.a.x`, `${stem}.b.x`]);
    },
  },
  {
    id: "topic/more-segments",
    says: "At the end of a pattern ** stands for one or more segments.",
    needs: "topics",
    async run(bench) {
      const stem = bench.unique("more");
      const published = [stem, `${stem}.a`, `${stem}x.a`, `${stem}.a.b`, `${stem}.a.b.c`];
      assert.deepEqual(await seen(bench, `${stem}.**`, published), [`${stem}.a`, `${stem}.a.b`, `${stem}.a.b.c`]);
    },
  },
  {
    id: "topic/frames",
    says: "Published frames arrive intact and plain, though the publisher reuses its buffers.",
    needs: "topics",
    async run(bench) {
      const topics = topicsOf(bench);
      const topic = bench.unique("frames");
      const subscription = await topics.subscribe(topic);
      const frames = [new Uint8Array(), pattern(100), pattern(100_000)];
      const sent = frames.map((frame) => Buffer.from(frame));
      await topics.publish(topic, sent);
      for (const frame of sent) frame.fill(0);
      const message = await next(subscription);
      assertSame(message?.frames, frames);
      assertPlain(message?.frames);
    },
  },
  {
    id: "topic/receivers",
    says: "Where publish tells the number of receivers, it is right.",
    needs: "topics",
    async run(bench) {
      const topics = topicsOf(bench);
      const topic = bench.unique("receivers");
      const expectReceivers = async (expected: number): Promise<void> => {
        const { receivers = expected } = await topics.publish(topic, text("anybody?"));
        assert.equal(receivers, expected);
      };
      await expectReceivers(0);
      const subscription = await topics.subscribe(topic);
      await topics.subscribe(topic);
      await expectReceivers(2);
      await subscription.close();
      await expectReceivers(1);
    },
  },
  {
    id: "topic/bounded",
    says: "Beyond maxBufferedBytes the oldest messages are dropped and counted.",
    needs: "topics",
    async run(bench) {
      const topics = topicsOf(bench);
      const topic = bench.unique("bounded");
      const total = 64;
      const bounded = await topics.subscribe(topic, { maxBufferedBytes: 8 * 1024 });
      const unbounded = await topics.subscribe(topic);
      for (let index = 0; index < total; index += 1) {
        await topics.publish(topic, [Uint8Array.of(index), new Uint8Array(1023)]);
      }
      for (let index = 0; index < total; index += 1) await next(unbounded);
      const received = await readUntil(bounded, total - 1);
      assert.ok(bounded.dropped > 0, "Nothing was dropped");
      assert.equal(received.length + bounded.dropped, total);
      assert.equal(unbounded.dropped, 0);
    },
  },
  {
    id: "topic/mistakes",
    says: "Publishing on a topic with a wildcard or an empty segment, or subscribing to an impossible pattern, rejects with a TypeError.",
    needs: "topics",
    async run(bench) {
      const topics = topicsOf(bench);
      for (const topic of ["", "a.*", "a.**", "a*", "a..b"]) await rejectsAsMistake(topics.publish(topic, text("?")));
      for (const wrong of ["", "a.**.b", "a*", "a..b"]) await rejectsAsMistake(topics.subscribe(wrong));
    },
  },
  {
    id: "topic/close",
    says: "Closing a subscription, twice if need be, ends its iteration; nothing arrives afterwards.",
    needs: "topics",
    async run(bench) {
      const topics = topicsOf(bench);
      const topic = bench.unique("close");
      const subscription = await topics.subscribe(topic);
      const waiting = next(subscription);
      await subscription.close();
      await subscription.close();
      assert.equal(await waiting, undefined);
      await topics.publish(topic, text("late"));
      assert.equal(await next(subscription), undefined);
      const disposed = await topics.subscribe(topic);
      await disposed[Symbol.asyncDispose]();
      assert.equal(await next(disposed), undefined);
    },
  },
  {
    id: "topic/abort",
    says: "With a signal that is aborted already, publish and subscribe reject with its reason; aborted later it changes nothing.",
    needs: "topics",
    async run(bench) {
      const topics = topicsOf(bench);
      const topic = bench.unique("abort");
      const controller = new AbortController();
      const subscription = await topics.subscribe(topic, { signal: controller.signal });
      const reason = new Error("changed my mind");
      controller.abort(reason);
      await rejectsBecause(reason, topics.subscribe(topic, { signal: controller.signal }));
      await rejectsBecause(reason, topics.publish(topic, text("never"), { signal: controller.signal }));
      await topics.publish(topic, text("still open"));
      assert.equal(read((await next(subscription))?.frames), "still open");
    },
  },
  {
    id: "topic/transport-close",
    says: "Closing the transport ends its subscriptions, and later publish and subscribe reject with CLOSED.",
    needs: "topics",
    async run(bench) {
      const topics = topicsOf(bench);
      const topic = bench.unique("over");
      const waiting = next(await topics.subscribe(topic));
      await bench.transport.close();
      assert.equal(await waiting, undefined);
      await rejectsWith("CLOSED", topics.publish(topic, text("late")));
      await rejectsWith("CLOSED", topics.subscribe(topic));
    },
  },
];

/** Publishes on all topics and returns those that a subscription to the pattern saw up to the last, which it must match. */
async function seen(bench: Bench, subscribed: string, published: readonly string[]): Promise<string[]> {
  const topics = topicsOf(bench);
  const subscription = await topics.subscribe(subscribed);
  for (const topic of published) await topics.publish(topic, text(topic));
  const topicsSeen: string[] = [];
  for await (const { topic } of subscription) {
    topicsSeen.push(topic);
    if (topic === published.at(-1)) break;
  }
  return topicsSeen;
}

/** Reads until the message whose first byte is `last`, and returns the first bytes of all. */
async function readUntil(subscription: TopicSubscription, last: number): Promise<number[]> {
  const firsts: number[] = [];
  for await (const { frames } of subscription) {
    firsts.push(frames[0]?.[0] ?? -1);
    if (firsts.at(-1) === last) break;
  }
  return firsts;
}
