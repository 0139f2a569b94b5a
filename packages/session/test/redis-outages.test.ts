import type { TopicSubscription, Topics } from "@fourwire/transport";
import { redis } from "@fourwire/transport-redis";
import { type TestServer, testServer } from "@fourwire/transport-redis/test-server";
import { describe, expect, it } from "vitest";
import { openSession, type ServeOptions, type Session, serveSessions } from "../src/index.ts";
import { deferred, failure, handlerOf, turns } from "./fixture.ts";
import { OutageLoad } from "./outage-load.ts";
import { QUICK, stateOf } from "./resume-links.ts";
import { sized } from "./size.ts";

const CALLS = sized(2_000, 10_000);
const EVENTS = sized(2_000, 10_000);

/** Shorter than the outages, and longer than a busy machine's pauses. */
const HEARTBEAT = { heartbeat: { intervalMs: 100, windowMs: 400 } };

interface Outage extends AsyncDisposable {
  readonly server: TestServer;
  readonly client: Session;
  /** The listening end of the client's session. */
  readonly served: Session;
  readonly load: OutageLoad;
  /** The topics of the client's transport. */
  readonly topics: Topics;
}

/** A session over a Redis of its own. */
async function converse(options: ServeOptions = {}): Promise<Outage> {
  const server = testServer();
  const [far, near] = [redis({ url: server.url, checkMs: 50 }), redis({ url: server.url, checkMs: 50 })];
  const load = new OutageLoad(CALLS);
  const accepted = deferred<Session>();
  const sessions = await serveSessions(
    far,
    "calculator",
    (session) => {
      accepted.resolve(session);
      return handlerOf({ ...load.functions, never: () => deferred().promise });
    },
    { ...HEARTBEAT, ...options },
  );
  const client = await openSession(near, "calculator", { ...HEARTBEAT, reconnect: QUICK });
  return {
    server,
    client,
    served: await accepted.promise,
    load,
    topics: near.topics ?? expect.fail("Redis has topics"),
    async [Symbol.asyncDispose]() {
      await Promise.all([client.close(), sessions.close()]);
      await Promise.all([near.close(), far.close()]);
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Lets Redis stand still until both ends have given it up. */
async function pause({ server, client, served }: Outage): Promise<void> {
  process.kill(server.pid, "SIGSTOP");
  try {
    await Promise.all([stateOf(client, "parked"), stateOf(served, "parked")]);
  } finally {
    process.kill(server.pid, "SIGCONT");
  }
}

describe("Redis in the middle of calls", () => {
  it("stopped and started again: every call settles, and none runs twice", async () => {
    await using outage = await converse();
    const { server, client, load } = outage;
    const running = load.run(client);
    await load.reaches(CALLS / 2);
    await server.stop();
    await stateOf(client, "parked");
    server.start();
    await running;
    load.expectAllSettled();
    expect(await client.call("work", [0])).toBe(0);
  });

  it("restarted several times: every call settles, and none runs twice", async () => {
    await using outage = await converse();
    const { server, client, load } = outage;
    const running = load.run(client);
    for (const part of [0.2, 0.4, 0.6, 0.8]) {
      await load.reaches(CALLS * part);
      await server.stop();
      server.start();
    }
    await running;
    load.expectAllSettled();
    expect(client.stats()).toMatchObject({ pendingCalls: 0 });
  });

  it("paused for longer than the heartbeat's window: every call settles, and none runs twice", async () => {
    await using outage = await converse();
    const { client, load } = outage;
    const running = load.run(client);
    for (const part of [0.3, 0.6]) {
      await load.reaches(CALLS * part);
      await pause(outage);
    }
    await running;
    load.expectAllSettled();
    expect(load.count("answered")).toBe(CALLS);
    expect(client.stats()).toMatchObject({ resets: 0, pendingCalls: 0 });
  });

  it("stopped for good: every call settles with what is known of it", async () => {
    await using outage = await converse({ parking: { forMs: 100 } });
    const { server, served, client, load } = outage;
    const running = load.run(client);
    await load.reaches(CALLS / 2);
    const sent = failure(client.call("never", []));
    await server.stop();
    await served.closed;
    await client.close();
    await running;
    load.expectAllSettled();
    expect(await sent).toMatchObject({ code: "CLOSED" });
    expect(load.count("answered")).toBeGreaterThanOrEqual(CALLS / 2);
    expect(load.count("notSent")).toBeGreaterThan(0);
  });
});

/** The numbers that a subscription read until the last event. */
interface Heard {
  readonly numbers: readonly number[];
  readonly gaps: number;
}

/** Listens until the event with that number has come, or a later one. */
async function listen(topics: Topics, pattern: string, group?: string): Promise<() => Promise<Heard>> {
  let gaps = 0;
  const onGap = (): void => {
    gaps += 1;
  };
  const subscription = await topics.subscribe(pattern, { group, onGap });
  const reading = readNumbers(subscription);
  return async () => ({ numbers: await reading, gaps });
}

async function readNumbers(subscription: TopicSubscription): Promise<number[]> {
  const numbers: number[] = [];
  for await (const { frames } of subscription) {
    const number = Number(new TextDecoder().decode(frames[0]));
    if (number === EVENTS) break;
    numbers.push(number);
  }
  return numbers;
}

/** Publishes one number, and says whether it was accepted. */
async function publish(topics: Topics, number: number, topic = "order.placed"): Promise<boolean> {
  try {
    await topics.publish(topic, [new TextEncoder().encode(String(number))]);
    return true;
  } catch (error) {
    expect(error).toMatchObject({ name: "TransportError" });
    return false;
  }
}

/** Publishes numbers one after the other, and calls back in the middle. */
async function publishAll(topics: Topics, middle: () => void): Promise<void> {
  for (let number = 0; number < EVENTS; number += 1) {
    if (number === EVENTS / 2) middle();
    if (await publish(topics, number)) continue;
    // What fails does so at once: without a look whether Redis is back, no event would be left for then.
    while (!(await publish(topics, number, "probe"))) await turns(1);
  }
}

it(`restarted in the middle of ${EVENTS} events and ${CALLS} calls: all settle, every subscription tells of a gap`, async () => {
  await using outage = await converse();
  const { server, client, load, topics } = outage;
  const listeners = await Promise.all([
    listen(topics, "order.placed"),
    listen(topics, "order.*"),
    listen(topics, "order.**"),
    listen(topics, "order.**", "workers"),
  ]);
  const middle = deferred();
  const running = load.run(client);
  const publishing = publishAll(topics, middle.resolve);
  // Whichever is the faster, so that both are still under way.
  await Promise.race([middle.promise, load.reaches(CALLS / 2)]);
  await server.stop();
  server.start();
  await Promise.all([running, publishing]);
  load.expectAllSettled();
  expect(await publish(topics, EVENTS)).toBe(true);
  for (const heard of listeners) {
    const { numbers, gaps } = await heard();
    expect(gaps).toBeGreaterThan(0);
    // At most once and in order; what is missing is what the gap tells of.
    expect(numbers).toStrictEqual([...new Set(numbers)].sort((one, other) => one - other));
    expect(numbers.length).toBeGreaterThan(EVENTS / 4);
  }
});
