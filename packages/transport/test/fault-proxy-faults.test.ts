import { once } from "node:events";
import type { FaultProxy } from "@fourwire/transport/fault-proxy";
import { faultProxy } from "@fourwire/transport/fault-proxy";
import { describe, expect, it } from "vitest";
import type { Peer, TestServer } from "./fault-proxy-fixture.ts";
import { connectTo, dial, letThingsArrive, startEcho, startServer } from "./fault-proxy-fixture.ts";

const MIB = 1024 * 1024;

/** Connects to the server through the proxy, and proves it. */
async function meet(server: TestServer, proxy: FaultProxy): Promise<[near: Peer, far: Peer]> {
  const near = await connectTo(proxy);
  const far = await server.accept();
  near.socket.write("hello");
  await far.receive(5);
  return [near, far];
}

describe("cut", () => {
  it("resets every connection at both ends, and no later one", async () => {
    await using server = await startServer();
    await using proxy = await faultProxy(server.address);
    const peers = [...(await meet(server, proxy)), ...(await meet(server, proxy))];
    expect(proxy.cut()).toBe(2);
    expect(proxy.connections).toBe(0);
    expect(await Promise.all(peers.map((peer) => peer.closed))).toEqual(Array(4).fill("ECONNRESET"));
    await meet(server, proxy);
    expect(proxy.stats).toMatchObject({ accepted: 3, cuts: 2 });
  });

  it("finds nothing to cut without a connection", async () => {
    await using proxy = await faultProxy("tcp://127.0.0.1:5555");
    expect(proxy.cut()).toBe(0);
    expect(proxy.stats.cuts).toBe(0);
  });

  it("does not wait for bytes that a reader does not take", async () => {
    await using server = await startServer(({ socket }) => socket.pause());
    await using proxy = await faultProxy(server.address);
    await using near = await connectTo(proxy);
    near.socket.write(Buffer.alloc(32 * MIB));
    await letThingsArrive();
    proxy.cut();
    expect(await near.closed).toMatch(/ECONNRESET|EPIPE/);
  });
});

describe("stall", () => {
  it("holds everything back, and resume lets it pass in order", async () => {
    await using echo = await startEcho();
    await using proxy = await faultProxy(echo.address);
    await using near = await connectTo(proxy);
    await near.echo("linked");
    proxy.stall();
    near.socket.write("held ");
    near.socket.end("back");
    await letThingsArrive();
    expect(near.size).toBe(0);
    proxy.resume();
    expect((await near.receive(9)).toString()).toBe("held back");
    await near.ended;
  });

  it("holds back new connections too, without refusing them", async () => {
    await using echo = await startEcho();
    await using proxy = await faultProxy(echo.address);
    proxy.stall();
    await using near = await connectTo(proxy);
    near.socket.write("hello");
    await letThingsArrive();
    expect(proxy.stats.upstreamBytes).toBe(0);
    proxy.heal();
    expect((await near.receive(5)).toString()).toBe("hello");
  });
});

describe("half open", () => {
  it("swallows what either end sends, and its goodbye, but not on new connections", async () => {
    await using server = await startServer();
    await using proxy = await faultProxy(server.address);
    const [near, far] = await meet(server, proxy);
    proxy.halfOpen();
    near.socket.write("swallowed");
    far.socket.end(Buffer.alloc(8 * MIB));
    await once(far.socket, "finish");
    await meet(server, proxy);
    await letThingsArrive();
    expect([near.size, far.size]).toEqual([0, 0]);
    expect([near.socket.readableEnded, near.socket.destroyed]).toEqual([false, false]);
    expect(proxy.connections).toBe(2);
  });

  it("keeps one end ignorant of the other's death", async () => {
    await using server = await startServer();
    await using proxy = await faultProxy(server.address);
    const [near, far] = await meet(server, proxy);
    proxy.halfOpen();
    near.socket.resetAndDestroy();
    await near.closed;
    far.socket.write("is anybody there?");
    await letThingsArrive();
    expect([far.socket.readableEnded, far.socket.destroyed]).toEqual([false, false]);
  });

  it("ends when both ends have left", async () => {
    await using server = await startServer();
    await using proxy = await faultProxy(server.address);
    const [near, far] = await meet(server, proxy);
    proxy.halfOpen();
    near.socket.destroy();
    far.socket.destroy();
    await letThingsArrive();
    expect(proxy.connections).toBe(0);
  });

  it("ends with a reset when the network is healed", async () => {
    await using server = await startServer();
    await using proxy = await faultProxy(server.address);
    const [near, far] = await meet(server, proxy);
    proxy.halfOpen();
    const [healthy] = await meet(server, proxy);
    proxy.heal();
    expect([await near.closed, await far.closed]).toEqual(["ECONNRESET", "ECONNRESET"]);
    expect(healthy.socket.destroyed).toBe(false);
    expect(proxy.stats.cuts).toBe(0);
  });
});

describe("refuse", () => {
  it("resets new connections until accept, and leaves the present ones alone", async () => {
    await using echo = await startEcho();
    await using proxy = await faultProxy(echo.address);
    await using present = await connectTo(proxy);
    await present.echo("linked");
    proxy.refuse();
    await using refused = dial(proxy);
    expect(await refused.closed).toBe("ECONNRESET");
    expect(await present.echo("still here")).toBe("still here");
    expect(proxy.stats).toMatchObject({ accepted: 1, refused: 1 });
    proxy.accept();
    await using accepted = await connectTo(proxy);
    expect(await accepted.echo("hello")).toBe("hello");
  });
});

describe("cutAfter", () => {
  async function countBytes(seed: number): Promise<number[]> {
    await using server = await startServer();
    await using proxy = await faultProxy(server.address, { seed });
    proxy.cutAfter([1, 100_000]);
    const counts: number[] = [];
    for (let life = 0; life < 5; life += 1) {
      await using near = await connectTo(proxy);
      await using far = await server.accept();
      near.socket.write(Buffer.alloc(200_000));
      expect(await near.closed).toMatch(/ECONNRESET|EPIPE/);
      expect(await far.closed).toBe("ECONNRESET");
      counts.push(proxy.stats.upstreamBytes);
    }
    expect(proxy.stats.cuts).toBe(5);
    return counts.map((count, index) => count - (counts[index - 1] ?? 0));
  }

  it("cuts each connection after a number of bytes that follows from the seed", async () => {
    const counts = await countBytes(7);
    expect(new Set(counts).size).toBe(5);
    expect(Math.max(...counts)).toBeLessThanOrEqual(100_000);
    expect(await countBytes(7)).toEqual(counts);
    expect(await countBytes(8)).not.toEqual(counts);
  });

  it("delivers exactly the bytes before the cut, counting both directions from now", async () => {
    await using echo = await startEcho();
    await using proxy = await faultProxy(echo.address);
    await using near = await connectTo(proxy);
    await near.echo("before");
    proxy.cutAfter(15);
    near.socket.write("0123456789");
    expect((await near.receive(5)).toString()).toBe("01234");
    expect(await near.closed).toBe("ECONNRESET");
    expect(near.size).toBe(0);
  });

  it("ends with heal", async () => {
    await using echo = await startEcho();
    await using proxy = await faultProxy(echo.address);
    proxy.cutAfter(15);
    await using near = await connectTo(proxy);
    await near.echo("half");
    proxy.heal();
    expect(await near.echo("more than 15 bytes")).toBe("more than 15 bytes");
    proxy.cutAfter(Number.POSITIVE_INFINITY);
    expect(await near.echo("more than 15 bytes")).toBe("more than 15 bytes");
  });
});
