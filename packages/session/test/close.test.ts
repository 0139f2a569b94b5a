import { memory } from "@fourwire/transport/memory";
import { describe, expect, it } from "vitest";
import { callContext, openSession, serveSessions } from "../src/index.ts";
import { aborted, converse, deferred, failure, turns, until } from "./fixture.ts";
import { RawPeer, WELCOME } from "./raw-peer.ts";
import { tap } from "./tap.ts";
import { transports } from "./transports.ts";

const never = (): Promise<never> => new Promise(() => undefined);

describe.each(transports)("closing over $name", ({ create }) => {
  it("at the client rejects its calls with CLOSED, and the served functions' signals abort", async () => {
    const started = deferred();
    const stopped = deferred<unknown>();
    const functions = {
      work: async () => {
        const { signal } = callContext();
        started.resolve();
        stopped.resolve(await aborted(signal));
      },
    };
    await using conversation = await converse({ transport: create(), functions });
    const call = failure(conversation.client.call("work", []));
    await started.promise;
    await conversation.client.close("enough for today");
    expect(await call).toMatchObject({ name: "SessionError", code: "CLOSED", outcome: "unknown" });
    expect(await stopped.promise).toMatchObject({ code: "CLOSED" });
    expect(await conversation.client.closed).toBeUndefined();
    const theirs = await conversation.served.closed;
    expect(theirs).toMatchObject({ code: "CLOSED" });
    expect(theirs?.message).toContain("enough for today");
    expect(conversation.server.sessions.size).toBe(0);
  });

  it("at the server tells every client why, and frees the address", async () => {
    await using transport = create();
    let running = 0;
    const call = (): Promise<never> => {
      running += 1;
      return never();
    };
    const server = await serveSessions(transport, undefined, () => ({ call, notify: never }));
    const clients = await Promise.all([1, 2, 3].map(() => openSession(transport, server.address)));
    const calls = clients.map((client) => failure(client.call("work", [])));
    await until(() => running === 3);
    await server.close("maintenance");
    for (const error of await Promise.all(calls)) {
      expect(error).toMatchObject({ code: "CLOSED", outcome: "unknown" });
      expect(error.message).toContain("maintenance");
    }
    for (const client of clients) expect(await client.closed).toMatchObject({ code: "CLOSED" });
    expect(await failure(openSession(transport, server.address))).toMatchObject({ code: "REFUSED" });
    await using again = await serveSessions(transport, server.address, () => ({ call: never, notify: never }));
    expect(again.address).toBe(server.address);
  });

  it("sends what was queued before", async () => {
    const received: unknown[] = [];
    const functions = { keep: (index: number) => void received.push(index) };
    await using conversation = await converse({ transport: create(), functions });
    for (let index = 0; index < 1_000; index += 1) conversation.client.notify("keep", [index]);
    await conversation.client.close();
    await conversation.served.closed;
    expect(received).toStrictEqual(Array.from({ length: 1_000 }, (_, index) => index));
  });
});

describe("a closed session", () => {
  it("refuses everything, not sent, and closes again without harm", async () => {
    await using conversation = await converse();
    const { client } = conversation;
    await Promise.all([client.close(), client.close()]);
    await client.close();
    expect(client.open).toBe(false);
    expect(await failure(client.call("echo", []))).toMatchObject({ code: "CLOSED", outcome: "notSent" });
    expect(() => client.notify("echo", [])).toThrow(expect.objectContaining({ code: "CLOSED", outcome: "notSent" }));
    expect(await failure(client.ping())).toMatchObject({ code: "CLOSED", outcome: "notSent" });
  });

  it("tells calls that left from calls that never did", async () => {
    const open = deferred();
    let isShut = false;
    const network = memory();
    const transport = tap(network, { gate: () => (isShut ? open.promise : Promise.resolve()) });
    await using conversation = await converse({ transport, functions: { never }, open: { reconnect: false } });
    isShut = true;
    const first = failure(conversation.client.call("never", [1]));
    await turns();
    // The first is with the channel, which has not accepted it yet; the second waits behind it.
    const second = failure(conversation.client.call("never", [2]));
    await turns();
    network.faults.cut();
    expect(await first).toMatchObject({ code: "LOST", outcome: "unknown" });
    expect(await second).toMatchObject({ code: "LOST", outcome: "notSent" });
    open.resolve();
  });

  it("tells calls that the far end's window held back from those that left", async () => {
    const transport = memory();
    await using listener = await transport.listen("slow");
    const opening = openSession(transport, "slow", { reconnect: false });
    for await (const channel of listener) {
      const peer = new RawPeer(channel);
      await peer.receive();
      await peer.send([0, 3, { ...WELCOME, limits: { ...WELCOME.limits, windowBytes: 1_000 } }]);
      const client = await opening;
      const first = failure(client.call("a", ["x".repeat(800)]));
      await peer.receive();
      const second = failure(client.call("b", ["x".repeat(800)]));
      await turns();
      await peer.channel.close();
      expect(await first).toMatchObject({ code: "LOST", outcome: "unknown" });
      expect(await second).toMatchObject({ code: "LOST", outcome: "notSent" });
      break;
    }
  });

  it("does not wait for ever for a channel that takes nothing more", async () => {
    const open = deferred();
    let isShut = false;
    const transport = tap(memory(), { gate: () => (isShut ? open.promise : Promise.resolve()) });
    await using conversation = await converse({ transport, functions: { never } });
    isShut = true;
    const call = failure(conversation.client.call("never", []));
    await conversation.client.close();
    expect(await call).toMatchObject({ code: "CLOSED" });
    open.resolve();
  });
});

describe("a server", () => {
  it("turns a client away whose handler cannot be made, without its reason, and goes on", async () => {
    const heard: Error[] = [];
    const transport = memory();
    let isBroken = true;
    await using server = await serveSessions(
      transport,
      undefined,
      () => {
        if (isBroken) throw new Error("no handler today");
        return { call: () => "fine", notify: () => undefined };
      },
      { onError: (error) => void heard.push(error) },
    );
    const client = await openSession(transport, server.address);
    const reason = await client.closed;
    expect(reason).toMatchObject({ code: "CLOSED" });
    expect(reason?.message).not.toContain("no handler today");
    await until(() => heard.length > 0);
    expect(heard.map(({ message }) => message)).toStrictEqual(["no handler today"]);
    isBroken = false;
    await using second = await openSession(transport, server.address);
    expect(await second.call("", [])).toBe("fine");
  });

  it("that closes during a handshake lets it go", async () => {
    const transport = memory();
    const server = await serveSessions(transport, undefined, () => ({ call: never, notify: never }));
    await using peer = await RawPeer.connect(transport, server.address);
    await server.close();
    expect(await peer.receive()).toBeUndefined();
  });

  it("knows its sessions, and forgets those whose client does not come back in time", async () => {
    const transport = memory();
    const parking = { forMs: 20 };
    await using conversation = await converse({ transport, open: { reconnect: false }, serve: { parking } });
    expect(conversation.server.sessions).toStrictEqual(new Set([conversation.served]));
    transport.faults.cut();
    await until(() => conversation.served.state.state === "parked");
    expect(conversation.server.sessions.size).toBe(1);
    const reason = await conversation.served.closed;
    expect(reason).toMatchObject({ code: "LOST" });
    expect(reason?.message).toContain("did not come back in 20 ms");
    await until(() => conversation.server.sessions.size === 0);
  });

  it("serves a client that serves, too: calls go both ways at once", async () => {
    const functions = {
      ask: async (question: string) => `${await conversation.served.call("answer", [question])}!`,
    };
    const handler = () => ({ call: (_: unknown, [question]: readonly unknown[]) => `${question}?`, notify: never });
    const conversation = await converse({ functions, open: { handler } });
    expect(await conversation.client.call("ask", ["why"])).toBe("why?!");
    await conversation[Symbol.asyncDispose]();
  });

  it("finds nothing at a client that serves nothing", async () => {
    await using conversation = await converse();
    expect(await failure(conversation.served.call("anything", []))).toMatchObject({ code: "NOT_FOUND" });
  });
});
