import type { Transport } from "@fourwire/transport";
import { messagePortPair, pipePair } from "@fourwire/transport/conformance";
import { memory } from "@fourwire/transport/memory";
import { webSocket } from "@fourwire/transport-ws";
import { zmq } from "@fourwire/transport-zmq";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  byReference,
  connect,
  createHandOver,
  defineContract,
  type HandOverOptions,
  method,
  type Remote,
  release,
  serve,
} from "../src/index.ts";
import { failure, until, untyped, untypedMethods } from "./fixture.ts";
import { Desk, givenTo, Holdings, Owner, Table, type Triangle, triangle } from "./hand-over-fixture.ts";

const KEY = "a key that is long enough";

/** Hands a table over, uses it, and says how many direct connections that took. */
async function useGiven(all: Triangle): Promise<number> {
  await all.toDesk.put(await all.toOwner.table());
  const given = givenTo(all.desk);
  expect(await given.add(1)).toBe(1);
  return all.handOver.stats().links;
}

/** Makes an instance of a class that was handed over. */
async function constructed(type: object): Promise<Remote<Table>> {
  return await new (type as new () => Promise<Remote<Table>>)();
}

/** Pretends that a transport reaches other machines. */
function remote(transport: Transport): Transport {
  return { ...transport, traits: { ...transport.traits, local: false } };
}

describe("an owner with a key of its own", () => {
  it("is not reached by a third end without it, whose calls are relayed", async () => {
    await using all = await triangle({ transport: memory(), owner: { key: KEY } });
    expect(await useGiven(all)).toBe(0);
    expect(all.relayed).toMatchObject([{ code: "UNAUTHORIZED" }]);
    expect(all.ownerServer.clients).toBe(1);
  });

  it("is reached by a third end that knows it", async () => {
    const asked: unknown[] = [];
    const third: HandOverOptions = {
      connect(owner) {
        asked.push(owner);
        return { key: KEY };
      },
    };
    await using all = await triangle({ transport: memory(), owner: { key: KEY }, third });
    expect(await useGiven(all)).toBe(1);
    expect(asked).toStrictEqual([{ transport: "memory", address: all.ownerServer.address }]);
  });

  it("judges who claims, and who hands over", async () => {
    const forbidden = new Set<string>();
    const seen: string[] = [];
    const owner = {
      authorize({ action }: { readonly action: string }) {
        seen.push(action);
        return !forbidden.has(action);
      },
    };
    for (const action of ["handOver", "claim"]) {
      forbidden.clear();
      forbidden.add(action);
      await using all = await triangle({ transport: memory(), owner });
      await useGiven(all);
      expect(seen).toContain(action);
      expect(all.relayed).toMatchObject([{ code: action === "claim" ? "UNAUTHORIZED" : "REFERENCE_LOST" }]);
      expect(all.ownerHandOver.stats().pending).toBe(action === "claim" ? 1 : 0);
    }
  });
});

describe("what was handed over", () => {
  it("has the rights that the holder had, and no more", async () => {
    class Room {
      readonly given: object[] = [new Table()];
      table(): Table {
        return new Table();
      }
      otherClass(): typeof Owner {
        return Owner;
      }
      givenClass(): typeof Table {
        return byReference(Table);
      }
      _secret(): number {
        return 1;
      }
    }
    const transport = memory();
    await using owner = await serve(new Room(), undefined, { transport });
    const desk = new Desk();
    await using third = await serve(desk, undefined, { transport });
    await using toOwner = await connect<Room>(owner.address, { transport });
    await using toDesk = await connect<Desk>(third.address, { transport });
    await toDesk.put(await toOwner.otherClass());
    await toDesk.put(await toOwner.givenClass());
    await toDesk.put(toOwner);
    const [notGiven, given, room] = [0, 1, 2].map((index) => untyped(givenTo(desk, index)));
    if (!notGiven || !given || !room) throw new Error("Something was not given");
    const table = await constructed(given);
    expect(await table.add(1)).toBe(1);
    expect(await failure(constructed(notGiven))).toMatchObject({ code: "NOT_CALLABLE" });
    expect(await failure(untypedMethods(room)._secret?.() ?? Promise.resolve())).toMatchObject({ code: "NOT_FOUND" });
    expect(await failure(Promise.resolve(room.given))).toMatchObject({ code: "NOT_SERIALIZABLE" });
    expect(owner.clients).toBe(2);
  });

  it("keeps to the contract by which the holder had it", async () => {
    const contract = defineContract({ isTable: method([z.number()], z.boolean()) });
    const transport = memory();
    await using owner = await serve(new Owner(), undefined, { transport, contract });
    const desk = new Desk();
    await using third = await serve(desk, undefined, { transport });
    await using toOwner = await connect<typeof contract>(owner.address, { transport });
    await using toDesk = await connect<Desk>(third.address, { transport });
    await toDesk.put(toOwner);
    const given = untypedMethods(givenTo(desk));
    expect(await given.isTable?.(1)).toBe(false);
    expect(await failure(given.isTable?.() ?? Promise.resolve())).toMatchObject({ code: "INVALID_ARGUMENTS" });
    expect(await failure(given.isSelf?.(1) ?? Promise.resolve())).toMatchObject({ code: "NOT_FOUND" });
    expect(owner.clients).toBe(2);
  });

  it("is not to be had from another server of the same process", async () => {
    const transport = memory();
    await using shared = createHandOver();
    await using all = await triangle({ transport, owner: { handOver: shared } });
    await using other = await serve(new Owner(), undefined, { transport, handOver: shared });
    const relayed: unknown[] = [];
    await using handOver = createHandOver({ onRelay: (reason) => relayed.push(reason) });
    const misled = elsewhere(transport, other.address);
    await using third = await serve(new Desk(), undefined, { transport: misled, handOver });
    await using toDesk = await connect<Desk>(third.address, { transport });
    const table = await all.toOwner.table();
    expect(await toDesk.use(table, 2)).toBe(2);
    expect(relayed).toMatchObject([{ code: "REFERENCE_LOST", message: "It was handed over elsewhere" }]);
    await until(() => all.holdings.count === 1);
  });
});

/** Leads every connection to one address. */
function elsewhere(transport: Transport, address: string): Transport {
  return { ...transport, connect: (_, options) => transport.connect(address, options) };
}

describe("calls are relayed, and say so,", () => {
  it("where the third end does not hand over", async () => {
    await using all = await triangle({ transport: memory(), desk: { handOver: false } });
    expect(await useGiven(all)).toBe(0);
    expect(all.ownerServer.clients).toBe(1);
    await until(() => all.ownerHandOver.stats().pending === 1);
  });

  it("where the owner does not", async () => {
    await using all = await triangle({ transport: memory(), owner: { handOver: false } });
    await useGiven(all);
    expect(all.relayed).toMatchObject([{ code: "NOT_FOUND" }]);
  });

  it("where the holder does not", async () => {
    await using all = await triangle({ transport: memory(), holder: { handOver: false } });
    expect(await useGiven(all)).toBe(0);
    expect(all.relayed).toStrictEqual([]);
    expect(all.ownerHandOver.stats().pending).toBe(0);
  });

  it("where the third end does not want to connect to the owner", async () => {
    await using all = await triangle({ transport: memory(), third: { accept: () => false } });
    expect(await useGiven(all)).toBe(0);
    expect(all.relayed).toMatchObject([{ message: expect.stringContaining(all.ownerServer.address) }]);
  });

  it("where strangers from elsewhere name the owner", async () => {
    const transport = remote(memory());
    await using all = await triangle({ transport });
    expect(await useGiven(all)).toBe(0);
    await using known = await triangle({ transport: remote(memory()), desk: { authenticate: () => "somebody" } });
    expect(await useGiven(known)).toBe(1);
    await using keyed = await triangle({ transport: remote(memory()), desk: { key: KEY } });
    expect(await useGiven(keyed)).toBe(1);
  });

  it("where the holder judges them itself", async () => {
    const transport = memory();
    await using all = await triangle({ transport });
    const asked: string[] = [];
    const held = { table: await all.toOwner.table() };
    const authorize = ({ action, subject }: { readonly action: string; readonly subject: string }): boolean => {
      asked.push(`${action} ${subject}`);
      return true;
    };
    class Broker {
      table(): object {
        return held.table;
      }
    }
    await using broker = await serve(new Broker(), undefined, { transport, authorize });
    await using toBroker = await connect<Broker>(broker.address, { transport });
    const table = (await toBroker.table()) as Remote<Table>;
    expect(await table.add(1)).toBe(1);
    expect(asked).toStrictEqual(["call table", "call add"]);
  });

  it("where the third end has no transport to the owner, and not where it has one", async () => {
    await using near = memory();
    await using far = zmq();
    await using owner = await serve(new Owner(), undefined, { transport: far });
    await using toOwner = await connect<Owner>(owner.address, { transport: far });
    await using handOver = createHandOver({ transports: [webSocket(), far] });
    for (const [given, links] of [
      [undefined, 1],
      [handOver, 2],
    ] as const) {
      const desk = new Desk();
      await using third = await serve(desk, undefined, { transport: near, handOver: given });
      await using toDesk = await connect<Desk>(third.address, { transport: near });
      const table = await toOwner.fresh();
      await toDesk.put(table);
      expect(await givenTo(desk).add(1)).toBe(1);
      expect(owner.clients).toBe(links);
    }
  });

  it.each([
    ["pipe", pipePair],
    ["message port", messagePortPair],
  ])("where the owner is behind a %s", async (_, pair) => {
    await using link = pair();
    await using near = memory();
    const holdings = new Holdings();
    await using owner = await serve(new Owner(), undefined, { transport: link, hooks: holdings.hooks });
    const toOwner = await connect<Owner>(owner.address, { transport: link });
    const desk = new Desk();
    await using third = await serve(desk, undefined, { transport: near });
    await using toDesk = await connect<Desk>(third.address, { transport: near });
    const table = await toOwner.table();
    await toDesk.put(table);
    expect(await givenTo(desk).add(1)).toBe(1);
    release(table);
    expect(await failure(table.add(1))).toMatchObject({ code: "REFERENCE_LOST" });
    expect(await givenTo(desk).add(1)).toBe(2);
    expect(await givenTo(desk).rows).toBe(2);
    expect(holdings.count).toBe(1);
    release(givenTo(desk));
    await until(() => holdings.count === 0);
    await toDesk.put(await toOwner.table());
    await toOwner[Symbol.asyncDispose]();
    expect(await failure(givenTo(desk, 1).add(1))).toMatchObject({ code: "REFERENCE_LOST" });
  });

  it("where a function of a client's is handed over", async () => {
    const transport = memory();
    class Room {
      question: ((text: string) => Promise<string>) | undefined;
      ask(question: (text: string) => Promise<string>): void {
        this.question = question;
      }
      questionOf(): unknown {
        return this.question;
      }
    }
    await using room = await serve(new Room(), undefined, { transport });
    await using one = await connect<Room>(room.address, { transport });
    await using two = await connect<Room>(room.address, { transport });
    await one.ask(async (text) => `${text}?`);
    const question = (await two.questionOf()) as (text: string) => Promise<string>;
    expect(await question("why")).toBe("why?");
  });
});
