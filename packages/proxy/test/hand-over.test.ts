import { pipePair } from "@fourwire/transport/conformance";
import { memory } from "@fourwire/transport/memory";
import { describe, expect, it } from "vitest";
import { connect, createHandOver, notify, type Remote, release, rootOf, sameRemote, serve } from "../src/index.ts";
import { failure, until } from "./fixture.ts";
import { Desk, givenTo, Owner, type Table, triangle } from "./hand-over-fixture.ts";
import { transports } from "./transports.ts";

const reachable = transports.filter(({ name }) => ["memory", "zmq", "webSocket", "redis"].includes(name));
/** Redis is not known to be this machine's, so its third ends say whom they connect to. */
const third = { accept: () => true };

describe.each(reachable)("a proxy handed over by $name", ({ create }) => {
  it("is used by the third end directly, and stays usable when the holder has released it [pyacq-8]", async () => {
    await using all = await triangle({ transport: create(), third });
    const table = await all.toOwner.table();
    await all.toDesk.put(table);
    release(table);
    const given = givenTo(all.desk);
    expect(await given.add(2)).toBe(2);
    expect(all.handOver.stats()).toStrictEqual({ pending: 0, links: 1 });
    expect(all.ownerServer.clients).toBe(2);
    expect(all.owner.table().rows).toBe(2);
    expect(await given.rows).toBe(2);
    expect(all.relayed).toStrictEqual([]);
  });

  it("is used by the third end when the holder is gone", async () => {
    await using all = await triangle({ transport: create(), third });
    await all.toDesk.put(await all.toOwner.table());
    await all.toDesk[Symbol.asyncDispose]();
    await all.toOwner[Symbol.asyncDispose]();
    await until(() => all.deskServer.clients === 0);
    const given = givenTo(all.desk);
    expect(await given.add(2)).toBe(2);
    const heard: number[] = [];
    await given.changed.connect((rows) => void heard.push(rows));
    expect(await given.ask((rows) => rows + 1)).toBe(3);
    await given.add(1);
    await until(() => heard.length > 0);
    expect(heard).toStrictEqual([3]);
  });

  it("is the very object at its owner, and the very proxy at its holder", async () => {
    await using all = await triangle({ transport: create(), third });
    const table = await all.toOwner.table();
    await all.toDesk.put(table);
    const given = givenTo(all.desk);
    expect(await all.toDesk.take(0)).toBe(table);
    expect(await given.add(1)).toBe(1);
    expect(await rootOf<Owner>(given).isTable(given)).toBe(true);
    expect(await all.toDesk.take(0)).toBe(table);
    expect(await all.toOwner.isTable(table)).toBe(true);
  });

  it("is the same proxy by whatever way it comes", async () => {
    await using all = await triangle({ transport: create(), third });
    const { transport } = all;
    await using other = await connect<Owner>(all.ownerServer.address, { transport });
    await using again = await connect<Desk>(all.deskServer.address, { transport });
    await all.toDesk.put(await all.toOwner.table());
    await all.toDesk.put(await all.toOwner.table());
    await again.put(await other.table());
    const [one, two, three] = [0, 1, 2].map((index) => givenTo(all.desk, index));
    if (!one || !two || !three) throw new Error("Something was not given");
    expect(two).toBe(one);
    expect([await one.add(1), await two.add(1), await three.add(1)]).toStrictEqual([1, 2, 3]);
    expect(sameRemote(one, three)).toBe(true);
    expect(all.handOver.stats().links).toBe(1);
  });
});

describe("a proxy that was handed over", () => {
  it("runs what is asked of it, in order, before it is known where its owner is", async () => {
    await using all = await triangle({ transport: reachableMemory() });
    await all.toDesk.put(await all.toOwner.table());
    const given = givenTo(all.desk);
    const heard: number[] = [];
    const order = [
      given.changed.connect((rows) => void heard.push(rows)),
      given.add(1),
      notify(given).add(1),
      given.self().add(1),
      given.rows,
    ];
    const [, first, , second, rows] = await Promise.all(order);
    expect([first, second, rows]).toStrictEqual([1, 3, expect.any(Number)]);
    await until(() => heard.length === 3);
    expect(all.relayed).toStrictEqual([]);
  });

  it("is used directly in the very call that hands it over", async () => {
    await using all = await triangle({ transport: reachableMemory() });
    expect(await all.toDesk.use(await all.toOwner.table(), 4)).toBe(4);
    expect(all.handOver.stats().links).toBe(1);
  });

  it("is let go of by the third end with the holder's share", async () => {
    await using all = await triangle({ transport: reachableMemory() });
    const table = await all.toOwner.fresh();
    await all.toDesk.put(table);
    const given = givenTo(all.desk);
    await given.add(1);
    expect(all.holdings.count).toBe(2);
    release(table);
    await until(() => all.holdings.count === 1);
    expect(await given.add(1)).toBe(2);
    release(given);
    await until(() => all.holdings.count === 0);
    await expect(given.add(1)).rejects.toMatchObject({ code: "REFERENCE_LOST" });
    await until(() => all.handOver.stats().links === 0);
  });

  it("is let go of when the third end released it before it was known where its owner is", async () => {
    await using all = await triangle({ transport: reachableMemory() });
    const table = await all.toOwner.fresh();
    await all.toDesk.put(table);
    release(givenTo(all.desk));
    release(table);
    await until(() => all.holdings.count === 0);
    expect(all.ownerHandOver.stats().pending).toBe(0);
  });

  it("goes on from the third end to a fourth, which then needs neither of those before", async () => {
    await using all = await triangle({ transport: reachableMemory() });
    const { transport } = all;
    const last = new Desk();
    await using server = await serve(last, undefined, { transport });
    await all.toDesk.put(await all.toOwner.table());
    const given = givenTo(all.desk);
    await given.add(1);
    await using toLast = await connect<Desk>(server.address, { transport });
    await toLast.put(given);
    release(given);
    await toLast[Symbol.asyncDispose]();
    await all.toDesk[Symbol.asyncDispose]();
    await all.toOwner[Symbol.asyncDispose]();
    expect(await givenTo(last).add(1)).toBe(2);
  });

  it("is the very object when it comes home by another connection", async () => {
    const transport = reachableMemory();
    await using all = await triangle({ transport });
    await using other = await connect<Owner>(all.ownerServer.address, { transport });
    expect(await other.isTable(await all.toOwner.table())).toBe(true);
    expect(await other.isSelf(all.toOwner)).toBe(true);
    await until(() => all.holdings.count === 1);
  });

  it("may be a root", async () => {
    await using all = await triangle({ transport: reachableMemory() });
    await all.toDesk.put(all.toOwner);
    await all.toOwner[Symbol.asyncDispose]();
    const given = givenTo(all.desk) as unknown as Remote<Owner>;
    const table: Remote<Table> = await given.table();
    expect(await table.add(1)).toBe(1);
    expect(await given.isSelf(given)).toBe(true);
  });

  it("reaches owners by the connection that the third end has of its own", async () => {
    await using all = await triangle({ transport: reachableMemory() });
    const { transport, toDesk } = all;
    await using handOver = createHandOver();
    await using own = await connect<Owner>(all.ownerServer.address, { transport, handOver });
    await using holder = await connect<Desk>(all.deskServer.address, { transport, handOver });
    await toDesk.put(await all.toOwner.table());
    expect(await givenTo(all.desk).rows).toBe(0);
    const table = await own.table();
    const handed = await holder.take(0);
    if (!handed) throw new Error("Nothing was given");
    expect(await handed.add(1)).toBe(1);
    expect(sameRemote(handed, table)).toBe(true);
    expect(handOver.stats().links).toBe(0);
  });
});

describe("without relaying", () => {
  it("what cannot be handed over is not sent", async () => {
    await using link = pipePair();
    await using near = memory();
    await using owner = await serve(new Owner(), undefined, { transport: link });
    await using toOwner = await connect<Owner>(owner.address, { transport: link });
    const desk = new Desk();
    await using third = await serve(desk, undefined, { transport: near });
    await using handOver = createHandOver({ relay: false });
    await using toDesk = await connect<Desk>(third.address, { transport: near, handOver });
    expect(await failure(toDesk.put(await toOwner.table()))).toMatchObject({
      code: "NOT_SERIALIZABLE",
      outcome: "notSent",
    });
    expect(desk.given).toStrictEqual([]);
  });

  it("what was not handed over is lost", async () => {
    await using all = await triangle({ transport: memory(), third: { relay: false }, owner: { handOver: false } });
    await all.toDesk.put(await all.toOwner.table());
    expect(await failure(givenTo(all.desk).add(1))).toMatchObject({ code: "REFERENCE_LOST" });
  });
});

function reachableMemory(): ReturnType<(typeof transports)[number]["create"]> {
  const [memory] = reachable;
  if (!memory) throw new Error("There is no transport");
  return memory.create();
}
