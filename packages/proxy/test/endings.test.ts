import { once } from "node:events";
import { TransportError } from "@fourwire/transport";
import { zmq } from "@fourwire/transport-zmq";
import { describe, expect, it } from "vitest";
import { agentOf, connect, Signal, serve } from "../src/index.ts";
import { failure, stage, until } from "./fixture.ts";
import { startPeer } from "./peer.ts";
import { Robot } from "./robot.ts";
import { redisServer, transports } from "./transports.ts";

describe.each(transports)("an ending over $name", ({ name, nowhere, create }) => {
  it("refuses to connect where nobody listens", async () => {
    await using transport = create();
    const error = await failure(connect(nowhere, { transport }));
    expect(error).toBeInstanceOf(TransportError);
    expect(error).toMatchObject({ code: "REFUSED" });
  });

  it("gives up connecting when the signal aborts", async () => {
    await using transport = create();
    const reason = new Error("no time");
    expect(await failure(connect(nowhere, { transport, signal: AbortSignal.abort(reason) }))).toBe(reason);
  });

  it("rejects pending calls with CLOSED and the reason when the server stops", async () => {
    await using all = await stage(new Robot(), { transport: create() });
    const pending = [failure(all.proxy.forever()), failure(all.proxy.forever())];
    expect(await all.proxy.add(1, 1)).toBe(2);
    await all.server.close();
    for (const error of await Promise.all(pending)) {
      expect(error).toMatchObject({ name: "SessionError", code: "CLOSED", outcome: "unknown" });
      expect(error.message).toContain("the server stopped");
    }
    expect(await failure(all.proxy.add(1, 1))).toMatchObject({ code: "CLOSED", outcome: "notSent" });
    expect(await failure(all.proxy.age)).toMatchObject({ code: "CLOSED", outcome: "notSent" });
    expect(await failure(all.join())).toMatchObject({ code: "REFUSED" });
  });

  it("stops twice without harm, and leaves the object as it is", async () => {
    const robot = new Robot();
    await using all = await stage(robot, { transport: create() });
    let heard = 0;
    robot.moved.connect(() => {
      heard += 1;
    });
    await all.proxy.moved.connect(() => undefined);
    await Promise.all([all.server.close(), all.server.close()]);
    await all.proxy[Symbol.asyncDispose]();
    await all.proxy[Symbol.asyncDispose]();
    expect(robot.moved.size).toBe(1);
    robot.moved.emit(1);
    expect([robot.add(1, 1), heard]).toStrictEqual([2, 1]);
  });

  it("takes a client's slots and aborts its calls when the client closes", async () => {
    const robot = new Robot();
    const aborted: unknown[] = [];
    const served = Object.assign(robot, {
      wait: (signal: AbortSignal): Promise<never> => {
        signal.addEventListener("abort", () => aborted.push(signal.reason));
        return new Promise(() => undefined);
      },
    });
    await using all = await stage(served, { transport: create() });
    const other = await all.join();
    await other.moved.connect(() => undefined);
    await other.pos.connect(() => undefined);
    const pending = failure(other.wait(new AbortController().signal));
    await other.add(1, 1);
    await other[Symbol.asyncDispose]();
    expect(await pending).toMatchObject({ code: "CLOSED" });
    await until(() => robot.moved.size === 0 && robot.pos.size === 0 && aborted.length === 1);
    expect(await all.proxy.add(1, 1)).toBe(2);
  });

  it("refuses a second server at an address, and frees it with the first", async () => {
    await using transport = create();
    const first = await serve(new Robot(), undefined, { transport });
    const second = failure(serve(new Robot(), first.address, { transport }));
    expect(await second).toMatchObject({ code: "ADDRESS_IN_USE" });
    await first.close();
    const again = await serve(new Robot(), first.address, { transport });
    await again.close();
  });

  it("leaves nothing behind that keeps a process alive", async () => {
    await using peer = await startPeer({
      role: "run and close",
      transport: name,
      ...(name === "redis" && { url: redisServer.url }),
    });
    expect(peer.said).toBe("closed");
    const [status] = await once(peer.process, "exit", { signal: AbortSignal.timeout(1_000) });
    expect(status).toBe(0);
  });
});

describe("the end of another process", () => {
  it("rejects every pending call with LOST when a server is killed", async () => {
    await using server = await startPeer({ role: "server" });
    await using transport = zmq();
    type Served = { calls: number; forever(): Promise<never>; echo(value: number): number };
    const heartbeat = { intervalMs: 200, windowMs: 1_000 };
    const reconnect = { windowMs: 500 };
    const proxy = await connect<Served>(server.said, { transport, heartbeat, reconnect });
    const pending = Array.from({ length: 100 }, () => failure(proxy.forever()));
    expect(await proxy.calls).toBe(100);
    const startedMs = performance.now();
    await server.kill();
    for (const error of await Promise.all(pending)) {
      expect(error).toMatchObject({ name: "SessionError", code: "LOST", outcome: "unknown" });
    }
    // The heartbeat's window is negotiated to the server's, 15 s by default; a killed process is noticed by its connection.
    expect(performance.now() - startedMs).toBeLessThan(10_000);
    expect(await agentOf(proxy).closed).toMatchObject({ code: "LOST" });
    expect(await failure(proxy.echo(1))).toMatchObject({ code: "LOST", outcome: "notSent" });
    expect(await failure(connect(server.said, { transport }))).toMatchObject({ code: "REFUSED" });
  });

  it("takes the slots of a client that is killed", async () => {
    const served = { changed: new Signal<[number]>(), position: new Signal(), value: 1 };
    // A client that is killed never comes back, which nobody can know before its time is over.
    const parking = { forMs: 100 };
    await using all = await stage(served, { transport: zmq(), serve: { parking } });
    await all.proxy.changed.connect(() => undefined);
    await using client = await startPeer({ role: "slot", address: all.server.address });
    expect([served.changed.size, served.position.size, all.server.clients]).toStrictEqual([2, 1, 2]);
    await client.kill();
    served.changed.emit(1);
    await until(() => served.changed.size === 1 && served.position.size === 0 && all.server.clients === 1);
    expect(await all.proxy.value).toBe(1);
  });
});
