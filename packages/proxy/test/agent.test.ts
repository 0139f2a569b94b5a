import { callContext, openSession } from "@fourwire/session";
import { memory } from "@fourwire/transport/memory";
import { describe, expect, it, vi } from "vitest";
import { type AgentOptions, agentOf, connect, type Gap, type ServedAgent, serve, serveAgent } from "../src/index.ts";
import { AGENT, Operation } from "../src/operation.ts";
import { deferred, failure, stage, until } from "./fixture.ts";
import { Robot } from "./robot.ts";
import { transports } from "./transports.ts";

describe.each(transports)("agents, over $name", ({ create, nowhere }) => {
  async function stageAgents(options: Partial<AgentOptions> = {}) {
    const transport = create();
    const start = () => serveAgent(undefined, { transport, ...options });
    const [one, two] = [await start(), await start()];
    return {
      ...{ one, two, start, transport },
      async [Symbol.asyncDispose]() {
        await Promise.all([one.stop(), two.stop()]);
        await transport.close();
      },
    };
  }

  it("request from each other [pizco-22]", async () => {
    await using all = await stageAgents();
    const { one, two } = all;
    one.onRequest((content) => `one heard ${String(content)}`);
    two.onRequest((content) => `two heard ${String(content)}`);
    expect(await one.request(two.address, "a")).toBe("two heard a");
    expect(await two.request(one.address, "b")).toBe("one heard b");
    expect([one.peers.size, two.peers.size]).toStrictEqual([2, 2]);
  });

  it("publish to each other and tell of the first and the last subscriber [pizco-22]", async () => {
    await using all = await stageAgents();
    const pairs: [ServedAgent, ServedAgent][] = [
      [all.one, all.two],
      [all.two, all.one],
    ];
    for (const [publisher, subscriber] of pairs) {
      const counts: unknown[] = [];
      publisher.onSubscribe((topic, count) => counts.push(["+", topic, count]));
      publisher.onUnsubscribe((topic, count) => counts.push(["-", topic, count]));
      const heard: unknown[] = [];
      const first = await subscriber.subscribe(publisher.address, "news.local", (content, { topic, peer }) => {
        heard.push([content, topic, peer.id]);
      });
      const third = await all.start();
      const second = await third.subscribe(publisher.address, "news.local", (content) => heard.push(content));
      expect(counts).toStrictEqual([["+", "news.local", 1]]);
      expect(publisher.publish("news.local", "rain")).toBe(2);
      expect(publisher.publish("news.world", "sun")).toBe(0);
      await until(() => heard.length === 2);
      expect(heard).toContainEqual(["rain", "news.local", publisher.id]);
      await first.disconnect();
      expect(counts).toHaveLength(1);
      await second.disconnect();
      expect(counts).toStrictEqual([
        ["+", "news.local", 1],
        ["-", "news.local", 0],
      ]);
      await third.stop();
    }
  });

  it("know each other by their ids, and answer over the connection that the other made", async () => {
    await using all = await stageAgents();
    const { one, two } = all;
    one.onRequest((content) => `one heard ${String(content)}`);
    two.onRequest(async (content, { peer }) => {
      expect(peer.id).toBe(one.id);
      return await two.request(peer, `${String(content)} back`);
    });
    expect(await one.request(two.address, "a")).toBe("one heard a back");
    expect(one.id).not.toBe(two.id);
    expect([...one.peers].map(({ id, address }) => [id, address])).toStrictEqual([[two.id, two.address]]);
    expect(two.peers.size).toBe(1);
  });

  it("let a topic have several callbacks, and patterns", async () => {
    await using all = await stageAgents();
    const { one, two } = all;
    const heard: string[] = [];
    const hear = (name: string) => (content: unknown) => void heard.push(`${name} ${String(content)}`);
    const same = hear("same");
    await one.subscribe(two.address, "a.b", same);
    const again = await one.subscribe(two.address, "a.b", same);
    await one.subscribe(two.address, "a.*", hear("star"));
    await one.subscribe(two.address, "**", hear("all"));
    expect(two.publish("a.b", 1)).toBe(3);
    two.publish("a.c", 2);
    two.publish("a.c.d", 3);
    await until(() => heard.length === 7);
    expect(heard.sort()).toStrictEqual(["all 1", "all 2", "all 3", "same 1", "same 1", "star 1", "star 2"]);
    await again.disconnect();
    two.publish("a.b", 4);
    await until(() => heard.length === 10);
    expect(heard.filter((text) => text === "same 4")).toHaveLength(1);
  });

  it("hand what has no callback to onNotification", async () => {
    await using all = await stageAgents();
    const { one, two } = all;
    const heard = deferred<unknown>();
    one.onNotification((content, { topic, peer }) => heard.resolve([content, topic, peer.id]));
    await one.subscribe(two.address, "news");
    two.publish("news", { rain: true });
    expect(await heard.promise).toStrictEqual([{ rain: true }, "news", two.id]);
  });

  it("unsubscribe whoever leaves", async () => {
    await using all = await stageAgents();
    const third = await all.start();
    const left = deferred<unknown>();
    all.two.onUnsubscribe((topic, count) => left.resolve([topic, count]));
    await third.subscribe(all.two.address, "news", () => undefined);
    await third.stop();
    expect(await left.promise).toStrictEqual(["news", 0]);
    expect(all.two.publish("news", 1)).toBe(0);
  });

  it("unsubscribe by a signal, and drop for a callback that does not keep up", async () => {
    await using all = await stageAgents();
    const over = new AbortController();
    const gone = deferred();
    const gaps: Gap[] = [];
    const done = deferred();
    const heard: unknown[] = [];
    const slow = (content: unknown): Promise<void> => {
      heard.push(content);
      return done.promise;
    };
    all.two.onUnsubscribe(() => gone.resolve());
    const options = {
      signal: over.signal,
      queue: { limit: 1, onFull: "latest" },
      onGap: (gap: Gap) => gaps.push(gap),
    } as const;
    await all.one.subscribe(all.two.address, "news", slow, options);
    for (let count = 1; count <= 9; count += 1) all.two.publish("news", count);
    await until(() => heard.length === 1);
    done.resolve();
    await until(() => heard.length === 2);
    expect([heard, gaps]).toStrictEqual([[1, 9], [{ why: "full", lost: 7 }]]);
    over.abort();
    await gone.promise;
  });

  it("reject what nobody answers, what the listener throws, and an address where nobody is", async () => {
    await using all = await stageAgents();
    const { one, two } = all;
    expect(await failure(one.request(two.address, 1))).toMatchObject({ name: "ProxyError", code: "NOT_FOUND" });
    const listening = two.onRequest(() => {
      throw new RangeError("not that");
    });
    expect(await failure(one.request(two.address, 1))).toMatchObject({ name: "RangeError", message: "not that" });
    listening[Symbol.dispose]();
    expect(await failure(one.request(two.address, 1))).toMatchObject({ code: "NOT_FOUND" });
    expect(await failure(one.request(nowhere, 1))).toMatchObject({ code: "REFUSED" });
    expect(await failure(one.subscribe(two.address, "a..b", () => 1))).toBeInstanceOf(TypeError);
    expect(() => one.publish("a.*", 1)).toThrow(TypeError);
    const aborted = AbortSignal.abort(new Error("no more"));
    expect(await failure(one.request(two.address, 1, { signal: aborted }))).toMatchObject({ message: "no more" });
  });

  it("stop: leave everybody, and reject what comes then", async () => {
    await using all = await stageAgents();
    const { one, two } = all;
    two.onRequest(() => 1);
    await one.request(two.address, 1);
    const [peer] = one.peers;
    await one.stop();
    await one.stop();
    expect(await peer?.closed).toBeUndefined();
    expect(await failure(one.request(two.address, 1))).toMatchObject({ code: "CLOSED" });
    await until(() => two.peers.size === 0);
  });

  it("connect anew once a connection is over", async () => {
    await using all = await stageAgents({ reconnect: false });
    all.two.onRequest((content) => content);
    expect(await all.one.request(all.two.address, 1)).toBe(1);
    const [peer] = all.one.peers;
    const third = await all.start();
    third.onRequest((content) => content);
    await all.one.request(third.address, 2);
    await third.stop();
    await until(() => all.one.peers.size === 1);
    expect(await failure(all.one.request(third.address, 2))).toMatchObject({ code: "REFUSED" });
    expect(await all.one.request(all.two.address, 3)).toBe(3);
    expect([...all.one.peers]).toStrictEqual([peer]);
  });
});

describe.each(transports)("agentOf, over $name", ({ create }) => {
  it("asks and hears the server, which asks and hears its clients [pizco-22]", async () => {
    await using all = await stage(new Robot(), { transport: create() });
    const client = agentOf(all.proxy);
    const { agent } = all.server;
    const heard: unknown[] = [];
    agent.onRequest(async (content, { peer }) => {
      await peer.subscribe("status", (status) => heard.push(status));
      return [content, await peer.request("and you?")];
    });
    client.onRequest((content) => `I was asked ${String(content)}`);
    await client.subscribe("news", (news) => heard.push(news));
    expect(await client.request("who?")).toStrictEqual(["who?", "I was asked and you?"]);
    expect(agent.publish("news", "rain")).toBe(1);
    expect(client.publish("status", "fine")).toBe(1);
    await until(() => heard.length === 2);
    expect(heard.sort()).toStrictEqual(["fine", "rain"]);
    expect(await all.proxy.add(1, 2)).toBe(3);
    expect(agentOf(all.proxy).id).toBe(client.id);
  });
});

it("subscriptions are made again after the other end forgot, and say so", async () => {
  await using transport = memory();
  const first = await serve(new Robot(), "robot", { transport });
  await using proxy = await connect<Robot>("robot", { transport });
  const gap = deferred<Gap>();
  const heard = deferred<unknown>();
  await agentOf(proxy).subscribe("news", (news) => heard.resolve(news), { onGap: (lost) => gap.resolve(lost) });
  transport.faults.cut();
  await first.close();
  await using second = await serve(new Robot(), "robot", { transport });
  expect(await gap.promise).toStrictEqual({ why: "reset", lost: undefined });
  second.agent.publish("news", 1);
  expect(await heard.promise).toBe(1);
});

describe("what others may ask of an agent", () => {
  it("is what authorize allows, by what it is", async () => {
    const asked: string[] = [];
    const authorize = vi.fn(({ action, subject }: { action: string; subject: string }) => {
      asked.push(`${action} ${subject}`);
      return !subject.startsWith("secret");
    });
    await using all = await stage(new Robot(), { serve: { authorize } });
    all.server.agent.onRequest(() => callContext().peer.sessionId.length);
    const client = agentOf(all.proxy);
    expect(await client.request(1)).toBeGreaterThan(0);
    const connection = await client.subscribe("news", () => undefined);
    await connection.disconnect();
    expect(await failure(client.subscribe("secret.news", () => undefined))).toMatchObject({ code: "UNAUTHORIZED" });
    expect(asked).toStrictEqual(["request ", "subscribe news", "unsubscribe news", "subscribe secret.news"]);
  });

  it("is nothing else: no name, no operation and no reference leads further", async () => {
    await using all = await stage(new Robot());
    const asked = vi.fn();
    all.server.agent.onRequest(asked);
    const session = await openSession(all.transport, all.server.address);
    const others = ["publish", "onRequest", "constructor", "__proto__", "serve", "id", "notified"];
    const invalid = ["", "a..b", "a.**.b", "a".repeat(2_000)];
    const operations = [...Object.values(Operation), 9, -1];
    const { CALL, CONNECT, DISCONNECT } = Operation;
    const targets: (readonly unknown[])[] = [
      ...others.map((name) => [CALL, AGENT, name]),
      ...invalid.map((name) => [CONNECT, AGENT, name]),
      ...operations.flatMap((operation) => [
        [operation, AGENT],
        [operation, AGENT, "request", "constructor"],
      ]),
      ...operations
        .filter((each) => ![CALL, CONNECT, DISCONNECT].some((known) => known === each))
        .map((each) => [each, AGENT, "request"]),
      ...[-2, -1.5, Number.NaN].map((reference) => [CALL, reference, "request"]),
    ];
    for (const target of targets) {
      const { code, name } = await failure(session.call(target, [1]));
      expect([...(code ? ["NOT_FOUND", "NOT_KEPT", "REFERENCE_LOST"] : ["TypeError"])]).toContain(code ?? name);
    }
    expect(asked).not.toHaveBeenCalled();
    await session.close();
  });
});
