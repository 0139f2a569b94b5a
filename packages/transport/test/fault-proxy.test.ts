import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import type { Socket } from "node:net";
import * as exported from "@fourwire/transport/fault-proxy";
import { describe, expect, it } from "vitest";
import { connectTo, dial, letThingsArrive, startEcho, startServer } from "./fault-proxy-fixture.ts";

const { faultProxy } = exported;

describe("a fault proxy", () => {
  it("is the one thing exported", () => {
    expect(Object.keys(exported)).toEqual(["faultProxy"]);
  });

  it("forwards both ways and counts what it forwards", async () => {
    await using echo = await startEcho();
    await using proxy = await faultProxy(echo.address);
    await using peer = await connectTo(proxy);
    expect(await peer.echo("hello")).toBe("hello");
    expect(proxy.connections).toBe(1);
    expect(proxy.stats).toEqual({
      accepted: 1,
      refused: 0,
      unreachable: 0,
      cuts: 0,
      upstreamBytes: 5,
      downstreamBytes: 5,
    });
  });

  it.each([
    ["tcp://127.0.0.1:5555", /^tcp:\/\/127\.0\.0\.1:\d+$/],
    ["tcp://[::1]:5555", /^tcp:\/\/127\.0\.0\.1:\d+$/],
    ["ws://localhost:8080/robots?name=a:1", /^ws:\/\/127\.0\.0\.1:\d+\/robots\?name=a:1$/],
    ["redis://user:pass@localhost:6379/3", /^redis:\/\/user:pass@127\.0\.0\.1:\d+\/3$/],
    [{ host: "localhost", port: 5555 }, /^tcp:\/\/127\.0\.0\.1:\d+$/],
  ])("keeps everything of %j but host and port", async (target, address) => {
    await using proxy = await faultProxy(target);
    expect(proxy.address).toMatch(address);
    expect(proxy.address).toContain(`${proxy.host}:${proxy.port}`);
  });

  it.each([
    ["", "expected scheme://host:port"],
    ["127.0.0.1:5555", "expected scheme://host:port"],
    ["tcp://127.0.0.1", "expected scheme://host:port"],
    ["ipc:///run/socket", "expected scheme://host:port"],
    ["inproc://name", "expected scheme://host:port"],
    ["tcp://*:5555", "the host has to be one machine"],
    ["tcp://127.0.0.1:0", "the port is from 1 to 65535"],
    ["tcp://127.0.0.1:65536", "the port is from 1 to 65535"],
    [{ host: "", port: 1 }, "the host has to be one machine"],
    [{ host: "localhost", port: 1.5 }, "the port is from 1 to 65535"],
  ])("cannot stand before %j", async (target, why) => {
    await expect(faultProxy(target)).rejects.toMatchObject({
      code: "ADDRESS_INVALID",
      message: expect.stringContaining(why),
    });
  });

  it("starts under no signal that has aborted, and with no negative limit", async () => {
    const target = "tcp://127.0.0.1:5555";
    const reason = new Error("not any more");
    await expect(faultProxy(target, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await expect(faultProxy(target, { maxBufferedBytes: -1 })).rejects.toThrow("maxBufferedBytes");
  });

  it("passes each end's goodbye on by itself", async () => {
    await using server = await startServer();
    await using proxy = await faultProxy(server.address);
    await using near = await connectTo(proxy);
    await using far = await server.accept();
    near.socket.end("last words");
    await far.ended;
    expect(far.size).toBe(10);
    far.socket.end("answer");
    await near.ended;
    expect((await near.receive(6)).toString()).toBe("answer");
    expect(await near.closed).toBeUndefined();
    expect(await far.closed).toBeUndefined();
    await letThingsArrive();
    expect(proxy.connections).toBe(0);
  });

  it.each(["near", "far"] as const)("passes on that the %s end has reset the connection", async (name) => {
    await using server = await startServer();
    await using proxy = await faultProxy(server.address);
    await using near = await connectTo(proxy);
    await using far = await server.accept();
    const [breaking, other] = name === "near" ? [near, far] : [far, near];
    breaking.socket.resetAndDestroy();
    expect(await other.closed).toBe("ECONNRESET");
    await letThingsArrive();
    expect(proxy.connections).toBe(0);
  });

  it("resets connections while nobody listens at the target", async () => {
    const echo = await startEcho();
    await using proxy = await faultProxy(echo.address);
    await echo[Symbol.asyncDispose]();
    await using peer = dial(proxy);
    expect(await peer.closed).toBe("ECONNRESET");
    expect(proxy.stats).toMatchObject({ accepted: 1, unreachable: 1, cuts: 0 });
    expect(proxy.connections).toBe(0);
  });

  it("holds a sender back whose reader does not read, and keeps every byte in order", async () => {
    await using server = await startServer(({ socket }) => socket.pause());
    await using proxy = await faultProxy(server.address);
    await using near = await connectTo(proxy);
    const { socket } = await server.accept();
    const bytes = randomBytes(64 * 1024 * 1024);
    near.socket.end(bytes);
    await letThingsArrive();
    expect(proxy.stats.upstreamBytes).toBeLessThan(32 * 1024 * 1024);
    expect(await hashOf(socket)).toBe(createHash("sha256").update(bytes).digest("hex"));
  });

  it("closes idempotently, and resets what is open", async () => {
    await using echo = await startEcho();
    const proxy = await faultProxy(echo.address);
    await using near = await connectTo(proxy);
    await using far = await echo.accept();
    await near.echo("linked");
    await Promise.all([proxy.close(), proxy.close()]);
    await proxy[Symbol.asyncDispose]();
    expect(await near.closed).toBe("ECONNRESET");
    expect(await far.closed).toBe("ECONNRESET");
    expect(proxy.connections).toBe(0);
    expect(proxy.stats.cuts).toBe(0);
    expect(await dial(proxy).closed).toBe("ECONNREFUSED");
  });
});

async function hashOf(socket: Socket): Promise<string> {
  const hash = createHash("sha256");
  socket.on("data", (bytes) => hash.update(bytes));
  socket.resume();
  await once(socket, "end");
  return hash.digest("hex");
}
