import { randomBytes } from "node:crypto";
import { faultProxy } from "@fourwire/transport/fault-proxy";
import { describe, expect, it } from "vitest";
import { connectTo, letThingsArrive, startEcho, startServer } from "./fault-proxy-fixture.ts";

const MIB = 1024 * 1024;

describe("delay", () => {
  it("takes its time each way", async () => {
    await using echo = await startEcho();
    await using proxy = await faultProxy(echo.address);
    await using near = await connectTo(proxy);
    proxy.delay(30);
    const startedAt = performance.now();
    await near.echo("hello");
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(60);
  });

  it("takes its time one way, goodbyes included", async () => {
    await using server = await startServer();
    await using proxy = await faultProxy(server.address);
    proxy.delay(30, { direction: "downstream" });
    await using near = await connectTo(proxy);
    await using far = await server.accept();
    const startedAt = performance.now();
    far.socket.end();
    await near.ended;
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(29);
  });

  it("lets what is under way arrive at once when it ends", async () => {
    await using echo = await startEcho();
    await using proxy = await faultProxy(echo.address);
    await using near = await connectTo(proxy);
    await near.echo("linked");
    proxy.delay(1_000_000);
    const answer = near.echo("hello");
    await letThingsArrive();
    proxy.delay(0, { direction: "upstream" });
    await letThingsArrive();
    expect(near.size).toBe(0);
    proxy.heal();
    expect(await answer).toBe("hello");
  });

  it("lets no fewer bytes pass a second", async () => {
    await using echo = await startEcho();
    await using proxy = await faultProxy(echo.address);
    proxy.delay(50);
    await using near = await connectTo(proxy);
    const bytes = randomBytes(32 * MIB);
    const startedAt = performance.now();
    near.socket.write(bytes);
    expect((await near.receive(bytes.length)).equals(bytes)).toBe(true);
    // One read a delay would take at least 64 KiB for 50 ms: 25 s.
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });

  it("keeps no more bytes than it may", async () => {
    await using server = await startServer();
    await using proxy = await faultProxy(server.address, { maxBufferedBytes: 0 });
    proxy.delay(50);
    await using near = await connectTo(proxy);
    await using far = await server.accept();
    const startedAt = performance.now();
    near.socket.write(Buffer.alloc(256 * 1024));
    await far.receive(256 * 1024);
    // At most 64 KiB are read at once, and no more until they have passed.
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(200);
  });
});

describe("throttle", () => {
  it("lets that many bytes pass a second, in the direction it is given", async () => {
    await using echo = await startEcho();
    await using proxy = await faultProxy(echo.address);
    await using near = await connectTo(proxy);
    await near.echo("linked");
    proxy.throttle(400_000, { direction: "downstream" });
    const bytes = randomBytes(100_000);
    const startedAt = performance.now();
    near.socket.write(bytes);
    expect((await near.receive(bytes.length)).equals(bytes)).toBe(true);
    // 250 ms, less the burst of 50 ms that had gathered.
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(195);
    expect(proxy.stats).toMatchObject({ upstreamBytes: 100_006, downstreamBytes: 100_006 });
  });

  it("holds the sender back", async () => {
    await using server = await startServer();
    await using proxy = await faultProxy(server.address);
    proxy.throttle(1000);
    await using near = await connectTo(proxy);
    await using far = await server.accept();
    near.socket.write(Buffer.alloc(64 * MIB));
    await far.receive(100);
    expect(near.socket.writableLength).toBeGreaterThan(32 * MIB);
  });

  it("ends with heal", async () => {
    await using echo = await startEcho();
    await using proxy = await faultProxy(echo.address);
    proxy.throttle(1);
    proxy.slice(1);
    await using near = await connectTo(proxy);
    const answer = near.echo("x".repeat(100_000));
    await letThingsArrive();
    proxy.heal();
    expect(await answer).toHaveLength(100_000);
  });
});

describe("slice", () => {
  it("delivers in pieces whose sizes follow from the seed", async () => {
    const sizes: number[][] = [];
    for (const seed of [7, 7, 8]) {
      await using server = await startServer();
      await using proxy = await faultProxy(server.address, { seed });
      proxy.slice([100, 1000], { direction: "upstream" });
      await using near = await connectTo(proxy);
      await using far = await server.accept();
      const bytes = randomBytes(30_000);
      near.socket.write(bytes);
      expect((await far.receive(bytes.length)).equals(bytes)).toBe(true);
      sizes.push(far.reads);
    }
    const [first = [], second, third] = sizes;
    expect(first.length).toBeGreaterThan(30);
    expect(second).toEqual(first);
    expect(third).not.toEqual(first);
  });

  it("changes nothing but the pieces, together with every other fault", async () => {
    await using echo = await startEcho();
    await using proxy = await faultProxy(echo.address);
    proxy.slice([1, 5000]);
    proxy.delay([0, 3]);
    proxy.throttle(20 * MIB);
    await using near = await connectTo(proxy);
    const bytes = randomBytes(2 * MIB);
    near.socket.write(bytes);
    expect((await near.receive(bytes.length)).equals(bytes)).toBe(true);
  });
});

it("names the number that makes no sense", async () => {
  await using proxy = await faultProxy("tcp://127.0.0.1:5555");
  expect(() => proxy.delay(-1)).toThrow("delayMs");
  expect(() => proxy.delay([5, 1])).toThrow("delayMs");
  expect(() => proxy.delay(2 ** 31)).toThrow("delayMs");
  expect(() => proxy.throttle(0)).toThrow("bytesPerSecond");
  expect(() => proxy.throttle(Number.NaN)).toThrow("bytesPerSecond");
  expect(() => proxy.slice(0)).toThrow("bytes");
  expect(() => proxy.slice([1, 1.5])).toThrow("bytes");
  expect(() => proxy.cutAfter([0, 5])).toThrow("bytes");
  // @ts-expect-error a direction that there is not, as untyped code may give it
  expect(() => proxy.delay(1, { direction: "sideways" })).toThrow("direction");
});
