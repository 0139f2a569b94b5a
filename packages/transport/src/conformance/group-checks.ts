/**
 * Subscribers that share their messages.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { TopicSubscription } from "../topics.ts";
import { next, read, text, topicsOf } from "./bench.ts";
import type { Check } from "./check.ts";

const TOTAL = 40;

/** The checks of groups. */
export const groupChecks: readonly Check[] = [
  {
    id: "group/one-member",
    says: "Each message goes to one member of a group, and none is left out.",
    needs: "topics",
    async run(bench) {
      const topics = topicsOf(bench);
      const topic = bench.unique("group");
      const members = await Promise.all([1, 2, 3].map(() => topics.subscribe(topic, { group: "workers" })));
      const reading = collect(members, TOTAL);
      for (let index = 0; index < TOTAL; index += 1) await topics.publish(topic, text(String(index)));
      const received = await reading;
      assert.equal(new Set(received).size, TOTAL, "A message went to two members");
    },
  },
  {
    id: "group/every-group",
    says: "Every group, and every subscriber without one, gets every message.",
    needs: "topics",
    async run(bench) {
      const topics = topicsOf(bench);
      const topic = bench.unique("groups");
      const subscriptions = await Promise.all([
        topics.subscribe(topic, { group: "one" }),
        topics.subscribe(topic, { group: "other" }),
        topics.subscribe(topic),
      ]);
      await topics.publish(topic, text("for each"));
      for (const subscription of subscriptions) assert.equal(read((await next(subscription))?.frames), "for each");
    },
  },
  {
    id: "group/by-pattern",
    says: "A group is bound to its pattern: the same name on another pattern is another group, and wildcards count.",
    needs: "topics",
    async run(bench) {
      const topics = topicsOf(bench);
      const stem = bench.unique("bound");
      const exact = await topics.subscribe(`${stem}.a`, { group: "workers" });
      const wild = await topics.subscribe(`${stem}.*`, { group: "workers" });
      await topics.publish(`${stem}.a`, text("both"));
      await topics.publish(`${stem}.b`, text("wild"));
      assert.equal(read((await next(exact))?.frames), "both");
      assert.equal(read((await next(wild))?.frames), "both");
      assert.equal(read((await next(wild))?.frames), "wild");
    },
  },
  {
    id: "group/leave",
    says: "When a member leaves, the others get all that is published from then on.",
    needs: "topics",
    async run(bench) {
      const topics = topicsOf(bench);
      const topic = bench.unique("leave");
      const [leaver, stayer] = await Promise.all([
        topics.subscribe(topic, { group: "workers" }),
        topics.subscribe(topic, { group: "workers" }),
      ]);
      const waiting = next(leaver);
      await leaver.close();
      assert.equal(await waiting, undefined);
      for (let index = 0; index < TOTAL; index += 1) await topics.publish(topic, text(String(index)));
      for (let index = 0; index < TOTAL; index += 1) {
        assert.equal(read((await next(stayer))?.frames), String(index));
      }
    },
  },
];

/** Reads from all subscriptions until together they have seen that many messages. */
async function collect(subscriptions: readonly TopicSubscription[], total: number): Promise<string[]> {
  const received: string[] = [];
  const readAll = async (subscription: TopicSubscription): Promise<void> => {
    for await (const { frames } of subscription) {
      received.push(read(frames) ?? "");
      if (received.length >= total) await Promise.all(subscriptions.map((one) => one.close()));
    }
  };
  await Promise.all(subscriptions.map(readAll));
  return received;
}
