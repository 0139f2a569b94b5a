import type { Transport } from "@fourwire/transport";
import { describe, expect, it } from "vitest";
import { agentOf, connect, createHandOver, release, serve } from "../src/index.ts";
import { deferred, failure, until } from "./fixture.ts";
import { Desk, givenTo, Owner, type Triangle, triangle } from "./hand-over-fixture.ts";
import { startPeer } from "./peer.ts";
import { sized } from "./size.ts";
import { transports } from "./transports.ts";

const reachable = transports.filter(({ name }) => ["memory", "zmq", "webSocket"].includes(name));
const processes = reachable.filter(({ name }) => name !== "memory");

describe.each(processes)("over $name, between processes,", ({ name, create }) => {
  it("what a killed holder handed over is used on [pyacq-8]", { timeout: 30_000 }, async () => {
    await using all = await triangle({ transport: create() });
    const orders = { address: all.ownerServer.address, desk: all.deskServer.address, transport: name };
    await using holder = await startPeer({ role: "holder", ...orders });
    await holder.kill();
    const given = givenTo(all.desk);
    expect(await given.add(1)).toBe(1);
    expect(all.owner.table().rows).toBe(1);
    expect(await given.ask((rows) => rows + 1)).toBe(2);
  });

  it("what a killed third end was given is held no longer", { timeout: 30_000 }, async () => {
    await using all = await triangle({ transport: create(), owner: { parking: { forMs: 100 } } });
    await using third = await startPeer({ role: "desk", transport: name });
    const { transport } = all;
    await using toThird = await connect<Desk>(third.said, { transport });
    const table = await all.toOwner.fresh();
    await toThird.put(table);
    release(table);
    await until(() => all.holdings.count === 1);
    await third.kill();
    await until(() => all.holdings.count === 0);
    expect(all.ownerHandOver.stats().pending).toBe(0);
  });
});

describe.each(reachable)("over $name, an owner that was started anew", ({ create }) => {
  it("rejects what its predecessor handed over, before and after it was claimed", { timeout: 30_000 }, async () => {
    await using all = await triangle({ transport: create() });
    const { transport } = all;
    const address = all.ownerServer.address;
    await all.toDesk.put(await all.toOwner.fresh());
    const claimed = givenTo(all.desk);
    await claimed.add(1);
    const late = await all.toOwner.fresh();
    await all.ownerServer.close();
    await using _again = await serve(new Owner(), address, { transport });
    expect(await failure(claimed.add(1))).toMatchObject({ code: "REFERENCE_LOST" });
    await all.toDesk.put(late);
    expect(await failure(givenTo(all.desk, 1).add(1))).toMatchObject({ code: "REFERENCE_LOST" });
  });

  it("rejects a claim that its predecessor would have granted", { timeout: 30_000 }, async () => {
    const transport = create();
    await using all = await triangle({ transport });
    const relayed: unknown[] = [];
    await using handOver = createHandOver({ onRelay: (reason) => relayed.push(reason) });
    const desk = new Desk();
    const restarted = deferred();
    const slow: Transport = {
      ...transport,
      async connect(...to) {
        await restarted.promise;
        return await transport.connect(...to);
      },
    };
    await using third = await serve(desk, undefined, { transport: slow, handOver });
    await using toDesk = await connect<Desk>(third.address, { transport });
    await toDesk.put(await all.toOwner.fresh());
    await all.ownerServer.close();
    await using again = await serve(new Owner(), all.ownerServer.address, { transport });
    restarted.resolve();
    expect(await failure(givenTo(desk).add(1))).toMatchObject({ code: "REFERENCE_LOST" });
    expect(relayed).toMatchObject([{ code: "REFERENCE_LOST", message: expect.stringContaining("started anew") }]);
    expect(again.clients).toBeGreaterThan(0);
  });
});

describe.each(reachable)("over $name", ({ create }) => {
  const count = sized(500, 10_000);

  it(`${count} hand-overs leave all tables empty`, { timeout: 300_000 }, async () => {
    await using all = await triangle({ transport: create() });
    const table = await all.toOwner.fresh();
    for (let done = 0; done < count; done += 50) {
      const batch = Array.from({ length: 50 }, () => all.toDesk.put(table));
      await Promise.all(batch);
      await useAndRelease(all);
    }
    release(table);
    await until(() => all.holdings.count === 0);
    await expectEmpty(all);
  });

  it(`${count} hand-overs of as many things leave all tables empty`, { timeout: 300_000 }, async () => {
    await using all = await triangle({ transport: create() });
    for (let done = 0; done < count; done += 50) {
      const tables = await Promise.all(Array.from({ length: 50 }, () => all.toOwner.fresh()));
      const given = Promise.all(tables.map((table) => all.toDesk.put(table)));
      for (const table of tables) release(table);
      await given;
      await useAndRelease(all);
    }
    await until(() => all.holdings.count === 0);
    await expectEmpty(all);
  });
});

/** Uses all that the third was given, and lets go of it. */
async function useAndRelease({ desk }: Triangle): Promise<void> {
  const given = desk.given.splice(0);
  await Promise.all(given.map((table) => table.add(1)));
  for (const table of given) release(table);
}

async function expectEmpty(all: Triangle): Promise<void> {
  expect(all.ownerHandOver.stats().pending).toBe(0);
  expect(all.relayed).toStrictEqual([]);
  for (const proxy of [all.toOwner, all.toDesk]) {
    const stats = () => agentOf(proxy).stats();
    await until(() => stats().exportedReferences + stats().importedReferences === 0);
  }
  await until(() => all.handOver.stats().links === 0);
  await until(() => all.ownerServer.clients === 1);
}
