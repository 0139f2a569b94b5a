import { describe, expect, it } from "vitest";
import { openSession, type ServeOptions, type Session } from "../src/index.ts";
import { deferred, failure, until } from "./fixture.ts";
import { converseOver, type Linked, links, QUICK, stateOf } from "./resume-links.ts";

const LARGE = 100_000;

describe.each(links)("a parked session, over $name", (kind) => {
  const converse = (serve: ServeOptions, gate = deferred()): Promise<Linked> =>
    converseOver(kind, { serve, functions: { late: () => gate.promise.then(() => "x".repeat(LARGE)) } });

  /** Opens further sessions, and returns them with the server's ends of all. */
  async function openMore({ transport, link, server }: Linked, count: number): Promise<[Session[], Session[]]> {
    const clients: Session[] = [];
    for (let client = 0; client < count; client += 1) {
      clients.push(await openSession(transport, link.address, { reconnect: QUICK }));
    }
    await until(() => server.sessions.size === count + 1);
    return [clients, [...server.sessions]];
  }

  it("is given up after parking.forMs, and its client begins anew", async () => {
    await using conversation = await converse({ parking: { forMs: 50 } });
    const { client, served, link, server } = conversation;
    const pending = failure(client.call("never", []));
    await client.call("echo", []);
    link.refuse();
    link.cut();
    expect(await served.closed).toMatchObject({ code: "LOST", message: expect.stringMatching(/in 50 ms/) });
    expect(server.sessions.size).toBe(0);
    link.accept();
    expect(await pending).toMatchObject({ code: "LOST", outcome: "unknown" });
    expect(await client.call("echo", ["anew"])).toBe("anew");
    expect(client.stats()).toMatchObject({ resumes: 0, resets: 1 });
  });

  it("waits for ever with parking.forMs Infinity, without a busy loop", async () => {
    await using conversation = await converse({ parking: { forMs: Number.POSITIVE_INFINITY } });
    const warnings: Error[] = [];
    const listen = (warning: Error): void => void warnings.push(warning);
    process.on("warning", listen);
    conversation.link.cut();
    await stateOf(conversation.served, "parked");
    expect(await conversation.client.call("echo", ["back"])).toBe("back");
    process.off("warning", listen);
    expect(warnings).toStrictEqual([]);
  });

  it("is given up for others beyond parking.maxSessions, the one that waited longest first", async () => {
    await using conversation = await converse({ parking: { maxSessions: 2 } });
    const { link, client } = conversation;
    // Parked and resumed once, so that it does not stand before the others only because it came first.
    link.cut();
    await until(() => client.stats().resumes === 1);
    const [, served] = await openMore(conversation, 4);
    const parked: Session[] = [];
    for (const session of served) void stateOf(session, "parked").then(() => parked.push(session));
    link.refuse();
    link.cut();
    await until(() => parked.length === served.length);
    expect(parked.filter(({ open }) => open)).toStrictEqual(parked.slice(-2));
    for (const session of parked.slice(0, -2)) expect(await session.closed).toMatchObject({ code: "LOST" });
  });

  it("is given up beyond parking.maxBytes, also when they come about while it waits", async () => {
    const gate = deferred();
    await using conversation = await converse({ parking: { maxBytes: LARGE * 2 + 10_000 } }, gate);
    const { link, client } = conversation;
    const [clients, served] = await openMore(conversation, 2);
    const answers = [client, ...clients].map((each) => each.call("late", []).catch((error: unknown) => error));
    await until(() => served.every((session) => session.stats().servedCalls === 1));
    link.refuse();
    link.cut();
    await Promise.all(served.map((session) => stateOf(session, "parked")));
    gate.resolve();
    await until(() => served.some(({ open }) => !open));
    expect(served.filter(({ open }) => open)).toHaveLength(2);
    link.accept();
    const settled = await Promise.all(answers);
    expect(settled.filter((answer) => answer === "x".repeat(LARGE))).toHaveLength(2);
    const [lost] = settled.filter((answer) => answer instanceof Error);
    expect(lost).toMatchObject({ code: "LOST", outcome: "unknown" });
  });

  it("of a client that said goodbye does not wait at all", async () => {
    await using conversation = await converse({});
    const { client, served, server } = conversation;
    await client.close();
    expect(await served.closed).toMatchObject({ code: "CLOSED" });
    expect(server.sessions.size).toBe(0);
  });

  it("does not count as one of maxSessions that keep others away", async () => {
    await using conversation = await converse({ maxSessions: 1 });
    const { transport, link, served, client } = conversation;
    const turnedAway = failure(openSession(transport, link.address));
    expect(await turnedAway).toMatchObject({ code: "LIMIT_EXCEEDED" });
    link.refuse();
    link.cut();
    await Promise.all([stateOf(served, "parked"), stateOf(client, "parked")]);
    link.accept();
    // Whoever of the two is first has the place; the other comes back as soon as it is free.
    await using other = await openSession(transport, link.address).catch(() => client);
    expect(await other.call("echo", ["taken"])).toBe("taken");
    await other.close();
  });
});
