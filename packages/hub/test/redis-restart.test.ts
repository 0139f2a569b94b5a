import { createRequester, SessionError, serveRequests } from "@fourwire/session";
import type { Frames, Topics } from "@fourwire/transport";
import { read, text } from "@fourwire/transport/conformance";
import { redis } from "@fourwire/transport-redis";
import { testServer } from "@fourwire/transport-redis/test-server";
import { expect, it } from "vitest";
import { deferred, sized, until } from "./kit.ts";

/** Long enough for a machine that is busy with other tests. */
const DEADLINE_MS = sized(120_000, 600_000);
const EVENTS = sized(1_000, 10_000);
const CALLS = sized(1_000, 10_000);
const AT_ONCE = 50;

it(
  "a Redis restart in the middle of events and calls hangs nothing: calls settle with an outcome, subscriptions tell a gap",
  async () => {
    await using server = testServer();
    await using publisher = redis({ url: server.url });
    await using subscriber = redis({ url: server.url });
    await using serving = redis({ url: server.url });
    await using calling = redis({ url: server.url });
    await using _answers = await serveRequests(serving, "doubles", (value) => Number(value) * 2);
    await using requester = await createRequester(calling, "doubles");
    const gaps = new Map<string, number>();
    const seen = new Map<string, string[]>();
    const { topics, logs } = subscriber;
    if (!topics || !logs || !publisher.topics || !publisher.logs) throw new Error("There are no topics or logs");
    const tell = (name: string) => (): unknown => gaps.set(name, (gaps.get(name) ?? 0) + 1);
    const subscriptions = [
      ["plain", await topics.subscribe("news.today", { onGap: tell("plain") })],
      ["wild", await topics.subscribe("news.*", { onGap: tell("wild") })],
      ["group", await topics.subscribe("news.**", { group: "workers", onGap: tell("group") })],
      ["log", await logs.read("news", { onGap: tell("log") })],
    ] as const;
    for (const [name, subscription] of subscriptions) {
      const texts: string[] = [];
      seen.set(name, texts);
      void collect(subscription, texts);
    }

    // Both come to their middle before the restart, which neither has behind it.
    const stopping = deferred();
    const halfway = { published: 0, called: 0 };
    const settled = { answered: 0, failed: 0 };
    const call = async (number: number): Promise<void> => {
      if (number > CALLS / 2) await stopping.promise;
      halfway.called += 1;
      try {
        expect(await requester.request(number)).toBe(number * 2);
        settled.answered += 1;
      } catch (error) {
        expect(error).toBeInstanceOf(SessionError);
        expect(error).toHaveProperty("outcome", expect.stringMatching(/^(notSent|unknown)$/));
        settled.failed += 1;
      }
    };
    const publish = async (number: number): Promise<void> => {
      if (number > EVENTS / 2) await stopping.promise;
      halfway.published += 1;
      const { topics: out, logs: kept } = publisher;
      const frames = text(String(number));
      // Those that fail while Redis is away are what nobody gets.
      await Promise.allSettled([out?.publish("news.today", frames), kept?.append("news", frames)]);
    };
    const restart = async (): Promise<void> => {
      await until(() => halfway.published >= EVENTS / 2 && halfway.called >= CALLS / 2, 60_000);
      stopping.resolve();
      await server.stop();
      server.start();
    };
    await Promise.all([inTurns(EVENTS, publish), inTurns(CALLS, call), restart()]);
    expect(settled.answered + settled.failed).toBe(CALLS);
    await until(() => gaps.size === subscriptions.length, 20_000);
    // Every subscription is there again.
    await until(async () => {
      await Promise.allSettled([endOf(publisher.topics), publisher.logs?.append("news", text("end"))]);
      return [...seen.values()].every((texts) => texts.includes("end"));
    }, 20_000);
    expect(await requester.request(21)).toBe(42);
  },
  DEADLINE_MS,
);

function endOf(topics: Topics | undefined): Promise<unknown> {
  return topics?.publish("news.today", text("end")) ?? Promise.resolve();
}

/** Runs so many, some at once. */
async function inTurns(count: number, run: (number: number) => Promise<void>): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count) {
      next += 1;
      await run(next);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

async function collect(subscription: AsyncIterable<{ readonly frames: Frames }>, texts: string[]): Promise<void> {
  for await (const { frames } of subscription) texts.push(read(frames) ?? "");
}
