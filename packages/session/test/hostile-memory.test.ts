import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { turns, until } from "./fixture.ts";
import { type Fortress, fortress, greedy } from "./hostile.ts";
import { offences } from "./hostile-messages.ts";
import { HELLO, RawPeer, streamTag } from "./raw-peer.ts";
import { sized } from "./size.ts";

const MIB = 1024 * 1024;
const ROUNDS = sized(4, 40);
const PARKED = 20;

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

/** The bytes in use after everything that is garbage was collected. */
async function usedBytes(): Promise<number> {
  // What waits for a finalizer to run is let go in the turns after.
  for (let pass = 0; pass < 4; pass += 1) {
    collect();
    await turns();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Strangers who break the protocol are told so. */
async function offend(server: Fortress): Promise<void> {
  for (const { send } of offences) {
    await using peer = await server.stranger();
    for (const said of send) {
      await (said instanceof Uint8Array ? peer.sendBytes(said) : peer.send(said)).catch(() => undefined);
    }
    await peer.goodbye();
  }
}

/** Strangers who vanish leave as much behind as they may. */
async function vanish(server: Fortress): Promise<void> {
  for (let count = 0; count < PARKED * 3; count += 1) {
    await using peer = await server.stranger();
    await peer.send([1, 0, 1, 1, "stall", [streamTag(1)], 1, 2, "never", [], 1, 3, "echo", ["x".repeat(10_000)]]);
    await peer.send([
      2,
      0,
      5,
      "hold",
      [streamTag(2)],
      8,
      1,
      60_000,
      "x".repeat(50_000),
      8,
      1,
      60_000,
      "y".repeat(50_000),
    ]);
    await peer.receive();
  }
}

/** Strangers who never finish what they began to say. */
async function mumble(server: Fortress): Promise<void> {
  for (let count = 0; count < 30; count += 1) {
    await using silent = await server.stranger("silent");
    await silent.sendBytes(new Uint8Array(10_000));
    await using asking = await RawPeer.connect(server.transport, server.server.address);
    await asking.send([0, 2, { ...HELLO, resume: { session: String(count), received: 0 } }]);
    await asking.receive();
  }
}

/** A stranger who does everything over and over within one session. */
async function repeat(server: Fortress): Promise<void> {
  await using peer = await server.stranger();
  for (let seq = 1; seq <= 1_000; seq += 1) {
    await peer
      .send([seq, 0, 1, seq, "never", [], 6, seq, ["E", "m", undefined, undefined, {}, undefined], 12, 1])
      .catch(() => undefined);
  }
  await peer.goodbye();
}

async function round(server: Fortress): Promise<void> {
  await offend(server);
  await vanish(server);
  await mumble(server);
  await repeat(server);
  await server.holds();
  // Those who vanished wait as long as they may, and so do no more than that.
  await until(() => server.server.sessions.size <= PARKED + 1);
}

describe("a server that is attacked over and over", () => {
  it("serves its client all the time, in bounded memory", { timeout: sized(60_000, 600_000) }, async () => {
    const parking = { maxSessions: PARKED };
    await using server = await fortress({ functions: greedy, serve: { parking } });
    // What is made once, and what the first parked sessions hold, is no growth.
    for (let count = 0; count < 2; count += 1) await round(server);
    server.heard.length = 0;
    const before = await usedBytes();
    for (let count = 0; count < ROUNDS; count += 1) await round(server);
    server.heard.length = 0;
    const grown = (await usedBytes()) - before;
    expect(grown / MIB).toBeLessThan(4);
    expect(server.client.stats()).toMatchObject({ resumes: 0, resets: 0 });
  });
});
