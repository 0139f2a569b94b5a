import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { redis } from "@fourwire/transport-redis";
import { zmq } from "@fourwire/transport-zmq";
import { describe, expect, it } from "vitest";
import { connectState, serveState } from "../src/index.ts";
import { startPeer } from "./peer.ts";
import { sized } from "./size.ts";
import { redisServer } from "./transports.ts";

describe("an authority that is killed again and again while clients write", () => {
  it("loses nothing that it acknowledged, and its watchers go on without gap or repeat [zproc-23]", {
    timeout: 600_000,
  }, async () => {
    const kills = sized(3, 20);
    const path = await mkdtemp(join(tmpdir(), "fourwire-state-"));
    let peer = await startPeer({ role: "authority", path });
    const address = peer.said;
    const transport = zmq();
    const reconnect = { windowMs: 60_000, minDelayMs: 10, maxDelayMs: 100 };
    const writers = await Promise.all(
      Array.from({ length: 4 }, () =>
        connectState<Record<string, number>>(address, { transport, reconnect, handshakeTimeoutMs: 2_000 }),
      ),
    );
    const [watcher = expect.fail()] = writers;
    let over = false;
    const acknowledged = await Promise.all([
      ...writers.map(async (writer, index) => {
        let count = 0;
        while (!over) {
          // A repeated increment that is applied twice would count too much.
          expect(await writer.increment(`writer-${index}`)).toBe(count + 1);
          count += 1;
        }
        return count;
      }),
      (async () => {
        for (let kill = 0; kill < kills; kill += 1) {
          const { revision } = await watcher.head();
          await watcher.nextChange({ since: revision + 50 });
          await peer.kill();
          peer = await startPeer({ role: "authority", path, address });
        }
        const { revision } = await watcher.head();
        await watcher.nextChange({ since: revision + 50 });
        over = true;
        return 0;
      })(),
      (async () => {
        let last = 0;
        for await (const change of watcher.changes({ from: "start", overflow: "error" })) {
          expect(change.revision).toBe(last + 1);
          last = change.revision;
          if (over) break;
        }
        return 0;
      })(),
    ]);
    const { value } = await watcher.snapshot();
    expect(Object.values(value).toSorted()).toStrictEqual(acknowledged.slice(0, 4).toSorted());
    await Promise.all(writers.map((writer) => writer.close()));
    await peer.kill();
    await rm(path, { recursive: true });
  });
});

describe("one of two authorities that is killed again and again", () => {
  it("is followed by the other one, which has every acknowledged write [zproc-23]", { timeout: 120_000 }, async () => {
    const kills = sized(2, 10);
    const url = redisServer.url;
    const transport = redis({ url });
    let authority = await startPeer({ role: "heir", url });
    const reconnect = { windowMs: 60_000, minDelayMs: 10, maxDelayMs: 100 };
    const heartbeat = { intervalMs: 100, windowMs: 500 };
    const connect = () => connectState<Record<string, number>>("state", { transport, reconnect, heartbeat });
    const join = async (): Promise<Awaited<ReturnType<typeof connect>>> => await connect().catch(() => join());
    const [writer, watcher] = [await join(), await join()];
    let heir = await startPeer({ role: "heir", url });
    const epochs = new Set<string>();
    let sum = 0;
    for (let kill = 0; kill <= kills; kill += 1) {
      epochs.add((await watcher.head()).epoch);
      const sums = await Promise.all(Array.from({ length: 20 }, () => writer.increment("n")));
      expect(sums).toStrictEqual(sums.map((_, index) => kill * 21 + index + 1));
      sum = kill * 21 + 20;
      const last = writer.increment("n");
      if (kill < kills) await authority.kill();
      expect(await last).toBe(sum + 1);
      // Not before the other one has taken over, or it might be the first to.
      if (kill < kills) [authority, heir] = [heir, await startPeer({ role: "heir", url })];
    }
    expect(epochs.size).toBe(kills + 1);
    expect(await watcher.get("n")).toBe(sum + 1);
    expect((await watcher.history()).map(({ revision }) => revision)).toStrictEqual(
      Array.from({ length: sum + 1 }, (_, index) => index + 1),
    );
    await Promise.all([writer.close(), watcher.close()]);
    await Promise.all([authority.kill(), heir.kill()]);
    await transport.close();
  });
});

describe("clients in processes of their own", () => {
  it("count one counter to the end together [zproc-6]", { timeout: 600_000 }, async () => {
    const [clients, rounds] = [sized(4, 100), sized(50, 100)];
    const transport = zmq();
    await using server = await serveState({ transport, address: "tcp://127.0.0.1:0" });
    await using state = await connectState<{ updated: number; added: number; go?: boolean }>(server.address, {
      transport,
    });
    await state.merge({ updated: 0, added: 0 });
    const order = { role: "counter" as const, address: server.address, from: rounds };
    const counting = Array.from({ length: clients }, () => startPeer(order));
    while (server.clients < clients + 1) await state.size();
    await state.set("go", true);
    const runs = (await Promise.all(counting)).map(({ said }) => Number(said));
    expect((await state.snapshot()).value).toStrictEqual({
      updated: clients * rounds,
      added: clients * rounds,
      go: true,
    });
    expect(runs.every((count) => count >= rounds)).toBe(true);
    // An increment is one change, however many others there are.
    expect((await state.head()).revision).toBe(2 + 2 * clients * rounds);
    await transport.close();
  });
});

describe("a client that is killed in the middle of what it does", () => {
  it("holds up nobody, and what it owned is gone [zproc-8]", async () => {
    const transport = zmq();
    await using server = await serveState({
      transport,
      address: "tcp://127.0.0.1:0",
      parking: { forMs: 50 },
      heartbeat: { intervalMs: 50, windowMs: 200 },
    });
    await using state = await connectState(server.address, { transport });
    await using client = await startPeer({ role: "client", address: server.address, from: 7 });
    expect(client.said).toBe("in the middle");
    expect(await state.get("owned")).toBe(7);
    const { revision } = await state.head();
    await client.kill();
    const started = performance.now();
    await state.set("other", 1);
    expect(performance.now() - started).toBeLessThan(100);
    expect(await state.at("owned").nextChange({ since: revision, timeoutMs: 10_000 })).toMatchObject({
      tag: "owner gone",
    });
  });
});
