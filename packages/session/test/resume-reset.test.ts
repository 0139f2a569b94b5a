import { memory } from "@fourwire/transport/memory";
import { describe, expect, it, vi } from "vitest";
import { type Handler, openSession, serveSessions } from "../src/index.ts";
import { CONTROL, Control } from "../src/message.ts";
import { deferred, failure, handlerOf, turns, until } from "./fixture.ts";
import { converseOver, type Linked, links, QUICK, stateOf } from "./resume-links.ts";
import { tap } from "./tap.ts";

const echo = handlerOf({ echo: (value: unknown) => value });

describe.each(links)("a server that restarted, over $name", (kind) => {
  /** Ends the server as a crash would: nobody is told, and everything is forgotten. */
  async function restart({ link, server, transport, client }: Linked): Promise<AsyncDisposable> {
    link.refuse();
    link.cut();
    await stateOf(client, "parked");
    const { address } = server;
    await server.close();
    return await serveSessions(transport, address, () => echo);
  }

  it("makes pending calls reject LOST: those that were sent may have run, the others have not", async () => {
    const begun = deferred();
    const functions = {
      slow: () => {
        begun.resolve();
        return deferred().promise;
      },
    };
    await using conversation = await converseOver(kind, { functions });
    const { client, link } = conversation;
    const sent = failure(client.call("slow", []));
    await begun.promise;
    await using _ = await restart(conversation);
    const unsent = failure(client.call("echo", ["never left"]));
    link.accept();
    expect(await sent).toMatchObject({ name: "SessionError", code: "LOST", outcome: "unknown" });
    expect(await unsent).toMatchObject({ name: "SessionError", code: "LOST", outcome: "notSent" });
  });

  it("is told as a reset, after which new calls work", async () => {
    const reset = vi.fn();
    const handler: Handler = { call: (_, [value]) => value, notify: () => undefined, reset };
    await using conversation = await converseOver(kind, { open: { handler: () => handler } });
    const { client, link } = conversation;
    const before = client.peer.sessionId;
    const states: string[] = [];
    const watching = (async () => {
      for await (const { state, reason } of client.states()) states.push(`${state} ${reason?.code ?? ""}`);
    })();
    await using _ = await restart(conversation);
    expect(reset).not.toHaveBeenCalled();
    link.accept();
    await until(() => client.state.state === "open");
    expect(await client.call("echo", ["new"])).toBe("new");
    expect(reset).toHaveBeenCalledOnce();
    expect(client.stats()).toMatchObject({ resumes: 0, resets: 1 });
    expect(client.peer.sessionId).not.toBe(before);
    await client.close();
    await watching;
    expect(states).toStrictEqual(["open ", "parked LOST", "reset LOST", "open ", "closed "]);
  });

  it("does no harm when what is to be done after a reset throws", async () => {
    const errors: Error[] = [];
    const handler: Handler = {
      ...echo,
      reset: () => {
        throw new Error("cannot start again");
      },
    };
    const open = { handler: () => handler, onError: (error: Error) => void errors.push(error) };
    await using conversation = await converseOver(kind, { open });
    await using _ = await restart(conversation);
    conversation.link.accept();
    await stateOf(conversation.client, "open");
    expect(await conversation.client.call("echo", ["goes on"])).toBe("goes on");
    expect(errors.map(({ message }) => message)).toStrictEqual(["cannot start again"]);
  });
});

describe.each(links)("a far end that cannot be reached again, over $name", (kind) => {
  it("is given up after reconnect.windowMs", async () => {
    const open = { reconnect: { ...QUICK, windowMs: 100 } };
    await using conversation = await converseOver(kind, { open });
    const { client, link } = conversation;
    const sent = failure(client.call("never", []));
    await client.call("echo", []);
    link.refuse();
    link.cut();
    await stateOf(client, "parked");
    const start = performance.now();
    const unsent = failure(client.call("echo", []));
    expect(await client.closed).toMatchObject({ code: "LOST", message: expect.stringMatching(/in 100 ms/) });
    expect(performance.now() - start).toBeGreaterThan(50);
    expect(await sent).toMatchObject({ code: "LOST", outcome: "unknown" });
    expect(await unsent).toMatchObject({ code: "LOST", outcome: "notSent" });
    expect(await failure(client.call("echo", []))).toMatchObject({ code: "LOST", outcome: "notSent" });
  });

  it("is lost at once with reconnect: false", async () => {
    await using conversation = await converseOver(kind, { open: { reconnect: false } });
    const { client, link } = conversation;
    const pending = failure(client.call("never", []));
    await client.call("echo", []);
    link.cut();
    expect(await pending).toMatchObject({ code: "LOST", outcome: "unknown" });
    expect(await client.closed).toMatchObject({ code: "LOST" });
    expect(client.stats()).toMatchObject({ resumes: 0, resets: 0 });
  });

  it("is tried for the whole window, however long the session was idle before", async () => {
    const windowMs = 200;
    const open = { heartbeat: false, reconnect: { minDelayMs: 1, maxDelayMs: 10, windowMs } } as const;
    await using conversation = await converseOver(kind, { open });
    const { client, link } = conversation;
    const end = performance.now() + windowMs * 2;
    await until(() => performance.now() > end);
    link.refuse();
    link.cut();
    await stateOf(client, "parked");
    const call = client.call("echo", ["kept"]);
    const soon = performance.now() + windowMs / 4;
    await until(() => performance.now() > soon);
    link.accept();
    expect(await call).toBe("kept");
  });
});

describe.each(links)("close(), over $name", (kind) => {
  it("while parked ends the session at once", async () => {
    await using conversation = await converseOver(kind);
    const { client, link } = conversation;
    link.refuse();
    link.cut();
    await stateOf(client, "parked");
    const pending = failure(client.call("echo", []));
    const start = performance.now();
    await client.close();
    expect(performance.now() - start).toBeLessThan(1_000);
    expect(await pending).toMatchObject({ code: "CLOSED", outcome: "notSent" });
    expect(await client.closed).toBeUndefined();
  });

  it("of a server ends parked sessions, too", async () => {
    await using conversation = await converseOver(kind);
    const { server, served, link } = conversation;
    link.refuse();
    link.cut();
    await stateOf(served, "parked");
    await server.close();
    expect(await served.closed).toBeUndefined();
    expect(server.sessions.size).toBe(0);
  });

  it("at whatever moment of coming back leaves no session open at the server", async () => {
    const { transport, link: createLink } = kind.create();
    await using server = await serveSessions(transport, undefined, () => echo, { parking: { forMs: 50 } });
    await using link = await createLink(server.address);
    for (let round = 0; round < 20; round += 1) {
      const client = await openSession(transport, link.address, { reconnect: QUICK });
      link.cut();
      await stateOf(client, "parked");
      for (let turn = 0; turn < round; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
      await client.close();
      expect(await client.closed).toBeUndefined();
    }
    await until(() => server.sessions.size === 0);
    await transport.close();
  });
});

describe("close()", () => {
  it("that a lost channel overtakes is a close all the same", async () => {
    const network = memory();
    const gate = deferred();
    let gated = false;
    const transport = tap(network, { gate: () => (gated ? gate.promise : Promise.resolve()) });
    await using server = await serveSessions(transport, undefined, () => echo);
    const client = await openSession(transport, server.address, { reconnect: QUICK });
    gated = true;
    const pending = failure(client.call("echo", ["stays here"]));
    const closing = client.close();
    await turns();
    network.faults.cut();
    await closing;
    expect(await client.closed).toBeUndefined();
    expect(await pending).toMatchObject({ code: "CLOSED", outcome: "unknown" });
    gate.resolve();
    await network.close();
  });

  it("in the middle of coming back tells the server, which waits no longer", async () => {
    const network = memory();
    let welcomes = 0;
    const closing = deferred();
    const transport = tap(network, {
      received([control, kind]) {
        if (control !== CONTROL || kind !== Control.WELCOME) return;
        welcomes += 1;
        if (welcomes === 2) client.close().then(closing.resolve, closing.reject);
      },
    });
    await using server = await serveSessions(transport, undefined, () => echo);
    const client = await openSession(transport, server.address, { reconnect: QUICK });
    network.faults.cut();
    await closing.promise;
    await until(() => server.sessions.size === 0);
    expect(await client.closed).toBeUndefined();
    await network.close();
  });
});
