import { openSession, serveSessions } from "@fourwire/session";
import { memory } from "@fourwire/transport/memory";
import { describe, expect, it } from "vitest";
import { createBuiltInTest } from "../src/built-ins.ts";
import { KeptResults } from "../src/kept-results.ts";
import { LateEnd, type LateEndOptions, loadServing } from "../src/late-end.ts";
import { Operation } from "../src/operation.ts";
import { References } from "../src/references.ts";
import type { ServingParts } from "../src/served-side.ts";
import { deferred, failure, stage } from "./fixture.ts";

class Log {
  readonly lines: unknown[] = [];

  note(line: unknown): void {
    this.lines.push(line);
  }
}

/** One end that connected, and what it gave away. */
async function createEnd(options?: LateEndOptions) {
  const transport = memory();
  const handler = { call: () => undefined, notify: () => undefined };
  const server = await serveSessions(transport, undefined, () => handler);
  const session = await openSession(transport, server.address);
  const references = new References({
    root: undefined,
    maxReferences: 10,
    find: () => undefined,
    isBuiltIn: createBuiltInTest(),
    create: () => ({}),
    release: () => undefined,
  });
  const agents: ServingParts["agents"] = () => {
    throw new Error("Nobody asks for an agent");
  };
  const handing: ServingParts["handing"] = {
    nextNumber: () => 1,
    tell: () => undefined,
    offer: () => undefined,
  };
  const end = new LateEnd(
    { session, references, kept: new KeptResults(10), handing, agents, onError: () => undefined },
    options,
  );
  return {
    end,
    /** Gives something away and returns what calls of it, or of a member of it, begin with. */
    give(value: object): (...path: string[]) => unknown[] {
      const given = references.pack(value, true, 0);
      if (!given || !("depart" in given)) throw new Error("It does not go by reference");
      const reference = given.depart();
      end.given(value);
      return (...path) => [Operation.CALL, reference, ...path];
    },
    async [Symbol.asyncDispose]() {
      await session.close();
      await server.close();
      await transport.close();
    },
  };
}

describe("an end that connected", () => {
  it("runs a function that it gave at once, and loads nothing for it", async () => {
    let loads = 0;
    const load = () => {
      loads += 1;
      return loadServing();
    };
    await using made = await createEnd({ load });
    const target = made.give((value: number) => value * 2);
    expect(made.end.call(target(), [4])).toBe(8);
    expect(loads).toBe(0);
  });

  it("loads what objects need when it gives the first, once", async () => {
    let loads = 0;
    const load = () => {
      loads += 1;
      return loadServing();
    };
    await using made = await createEnd({ load });
    const log = new Log();
    const [first, second] = [made.give(log), made.give(new Log())];
    expect(loads).toBe(1);
    await Promise.all([made.end.call(first("note"), ["one"]), made.end.call(second("note"), ["two"])]);
    made.end.call(first("note"), ["at once"]);
    expect(log.lines).toEqual(["one", "at once"]);
    expect(loads).toBe(1);
  });

  it("runs what waits for that in its order, functions included", async () => {
    const loaded = deferred();
    const load = async () => {
      await loaded.promise;
      return await loadServing();
    };
    await using made = await createEnd({ load });
    const log = new Log();
    const [object, plain] = [made.give(log), made.give((line: unknown) => log.note(line))];
    const calls = [
      made.end.call(plain(), ["before anything waits"]),
      made.end.call(object("note"), ["first"]),
      made.end.call(plain(), ["second"]),
      made.end.call(object("note"), ["third"]),
    ];
    expect(log.lines).toEqual(["before anything waits"]);
    loaded.resolve();
    await Promise.all(calls);
    expect(log.lines).toEqual(["before anything waits", "first", "second", "third"]);
  });

  it("tells the caller when it cannot be loaded, and loads it for the next", async () => {
    let tries = 0;
    const load = async () => {
      tries += 1;
      // The object itself has it loaded, too, and nobody waits for that.
      if (tries === 1) throw new TypeError("The network is down");
      return await loadServing();
    };
    await using made = await createEnd({ load });
    const log = new Log();
    const object = made.give(log);
    const error = await failure(Promise.resolve(made.end.call(object("note"), ["lost"])));
    expect(error).toMatchObject({ name: "TypeError", message: "The network is down" });
    await made.end.call(object("note"), ["kept"]);
    expect(log.lines).toEqual(["kept"]);
    expect(tries).toBe(2);
  });

  it("is called in the order of the server's calls, whether by an object or a function", async () => {
    class Caller {
      async call(log: { note(line: number): unknown }, plain: (line: number) => unknown): Promise<void> {
        await Promise.all([log.note(1), plain(2), log.note(3), plain(4)]);
      }
    }
    await using on = await stage(new Caller());
    const log = new Log();
    await on.proxy.call(log, (line) => log.note(line));
    expect(log.lines).toEqual([1, 2, 3, 4]);
  });
});
