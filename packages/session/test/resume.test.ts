import { describe, expect, it } from "vitest";
import type { Session, StateChange } from "../src/index.ts";
import { aborted, deferred, failure, turns, until } from "./fixture.ts";
import { converseOver, links, stateOf } from "./resume-links.ts";

/** Cuts and waits until the client noticed; nobody comes back before `accept`. */
async function park({ client, link }: { client: Session; link: { cut(): void; refuse(): void } }): Promise<void> {
  link.refuse();
  link.cut();
  await stateOf(client, "parked");
}

/** Takes the next state of a session. */
async function nextOf(states: AsyncIterator<StateChange>): Promise<string> {
  const next = await states.next();
  return next.done ? "the end" : next.value.state;
}

describe.each(links)("after a lost channel, over $name", (kind) => {
  it("calls go on in both directions, those under way included", async () => {
    const answer = deferred<string>();
    let runs = 0;
    const functions = {
      slow: () => {
        runs += 1;
        return answer.promise;
      },
    };
    const handler = { call: (_: unknown, [value]: readonly unknown[]) => value, notify: () => undefined };
    await using conversation = await converseOver(kind, { functions, open: { handler: () => handler } });
    const { client, served, link } = conversation;
    const slow = client.call("slow", []);
    await until(() => runs === 1);
    await park(conversation);
    const [fromClient, fromServer] = [client.call("echo", ["kept"]), served.call("echo", ["kept too"])];
    link.accept();
    expect(await fromClient).toBe("kept");
    expect(await fromServer).toBe("kept too");
    answer.resolve("answered");
    expect(await slow).toBe("answered");
    expect(runs).toBe(1);
    expect([client.stats().resumes, client.stats().resets]).toStrictEqual([1, 0]);
    expect([served.stats().resumes, served.stats().resets]).toStrictEqual([1, 0]);
  });

  it("a handler runs on while its client is away, and its result arrives", async () => {
    const [begun, finished] = [deferred(), deferred()];
    const functions = {
      slow: async () => {
        begun.resolve();
        await finished.promise;
        return "done while away";
      },
    };
    await using conversation = await converseOver(kind, { functions });
    const { client, served, link } = conversation;
    const slow = client.call("slow", []);
    await begun.promise;
    await park(conversation);
    await stateOf(served, "parked");
    finished.resolve();
    await until(() => served.stats().servedCalls === 0);
    link.accept();
    expect(await slow).toBe("done while away");
  });

  it("notifications arrive once each and in order", async () => {
    const heard: number[] = [];
    await using conversation = await converseOver(kind, { functions: { hear: (n: number) => heard.push(n) } });
    const { client, link } = conversation;
    const total = 300;
    for (let number = 0; number < total; number += 1) {
      client.notify("hear", [number]);
      if (number % 20 !== 10) continue;
      await turns(1);
      link.cut();
      await stateOf(client, "open");
    }
    await client.call("echo", []);
    expect(heard).toStrictEqual(Array.from({ length: total }, (_, number) => number));
  });

  it("deadlines go on counting meanwhile", async () => {
    await using conversation = await converseOver(kind);
    await park(conversation);
    const start = performance.now();
    const error = await failure(conversation.client.call("echo", [], { timeoutMs: 100 }));
    expect(error).toMatchObject({ code: "TIMEOUT", outcome: "unknown" });
    expect(performance.now() - start).toBeGreaterThanOrEqual(99);
    expect(conversation.client.state.state).toBe("parked");
  });

  it("a caller that gave up meanwhile aborts the served function's signal", async () => {
    const signals: AbortSignal[] = [];
    const functions = {
      watch: (signal: AbortSignal) => {
        signals.push(signal);
        return deferred().promise;
      },
    };
    await using conversation = await converseOver(kind, { functions });
    const controller = new AbortController();
    const call = failure(conversation.client.call("watch", [controller.signal], { signal: controller.signal }));
    await until(() => signals.length === 1);
    await park(conversation);
    controller.abort(new Error("no longer wanted"));
    expect(await call).toMatchObject({ message: "no longer wanted" });
    conversation.link.accept();
    expect(await aborted(signals[0] ?? AbortSignal.abort())).toMatchObject({ message: "no longer wanted" });
  });

  it("what waits is bounded: beyond maxQueuedBytes calls reject QUEUE_FULL and were not sent", async () => {
    await using conversation = await converseOver(kind, { open: { limits: { maxQueuedBytes: 10_000 } } });
    const { client, link } = conversation;
    await park(conversation);
    const kept = [1, 2, 3].map((number) => client.call("echo", [`${number}`.repeat(3_000)]));
    expect(await failure(client.call("echo", ["4".repeat(3_000)]))).toMatchObject({
      code: "QUEUE_FULL",
      outcome: "notSent",
    });
    expect(() => client.notify("echo", ["5".repeat(3_000)])).toThrow(/maxQueuedBytes/);
    link.accept();
    expect((await Promise.all(kept)).map((value) => String(value).length)).toStrictEqual([3_000, 3_000, 3_000]);
  });

  it("a ping that was under way is answered", async () => {
    await using conversation = await converseOver(kind);
    conversation.link.halfOpen();
    const ping = conversation.client.ping();
    conversation.link.cut();
    expect(await ping).toBeGreaterThanOrEqual(0);
  });

  it("a link that swallows everything is noticed by the heartbeat, and no call fails", async () => {
    const heartbeat = { intervalMs: 40, windowMs: 120 };
    await using conversation = await converseOver(kind, { open: { heartbeat }, serve: { heartbeat } });
    const { client, link } = conversation;
    await client.call("echo", []);
    link.halfOpen();
    const calls = Array.from({ length: 20 }, (_, number) => client.call("echo", [number]));
    expect(await Promise.all(calls)).toStrictEqual(Array.from({ length: 20 }, (_, number) => number));
    expect(client.stats()).toMatchObject({ resumes: 1, resets: 0 });
  });
});

describe.each(links)("states(), over $name", (kind) => {
  it("tell of each parking and coming back with its reason, and end when the session does", async () => {
    await using conversation = await converseOver(kind);
    const { client, served, link } = conversation;
    const seen: string[] = [];
    const watch = async (name: string, session: Session): Promise<void> => {
      for await (const { state, reason } of session.states()) seen.push(`${name} ${state} ${reason?.code ?? ""}`);
    };
    const watching = [watch("client", client), watch("server", served)];
    await turns();
    link.refuse();
    link.cut();
    await Promise.all([stateOf(client, "parked"), stateOf(served, "parked")]);
    link.accept();
    await client.call("echo", []);
    await client.close();
    await Promise.all(watching);
    const at = (name: string): string[] => seen.filter((line) => line.startsWith(name));
    const story = ["open ", "parked LOST", "open "];
    expect(at("client")).toStrictEqual([...story, "closed "].map((line) => `client ${line}`));
    expect(at("server")).toStrictEqual([...story, "closed CLOSED"].map((line) => `server ${line}`));
    expect([client.state.state, served.state.state]).toStrictEqual(["closed", "closed"]);
    expect([client.open, served.open]).toStrictEqual([false, false]);
  });

  it("end with the signal, before and while somebody waits", async () => {
    await using conversation = await converseOver(kind);
    const before = conversation.client.states({ signal: AbortSignal.abort() })[Symbol.asyncIterator]();
    expect(await nextOf(before)).toBe("the end");
    const controller = new AbortController();
    const states = conversation.client.states({ signal: controller.signal })[Symbol.asyncIterator]();
    expect(await nextOf(states)).toBe("open");
    const next = nextOf(states);
    controller.abort();
    expect(await next).toBe("the end");
  });

  it("tell those who come after the end that it is over", async () => {
    await using conversation = await converseOver(kind);
    await conversation.client.close();
    const states: string[] = [];
    for await (const { state } of conversation.client.states()) states.push(state);
    expect(states).toStrictEqual(["closed"]);
  });
});
