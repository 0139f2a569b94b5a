import type { Session } from "@fourwire/session";
import { describe, expect, it } from "vitest";
import { Signal } from "../src/index.ts";
import { Operation, ROOT } from "../src/operation.ts";
import { failure, type Stage, stage } from "./fixture.ts";
import { hiddenMembers } from "./hidden-members.ts";
import { transports } from "./transports.ts";

/** Every way to ask for what is at a path, by hand, so that no proxy stands before the rules. */
const ways: readonly [what: string, ask: (session: Session, path: readonly string[]) => Promise<unknown>][] = [
  ["calling it", (session, path) => session.call([Operation.CALL, ROOT, ...path], [])],
  ["calling it with arguments", (session, path) => session.call([Operation.CALL, ROOT, ...path], ["return 1", 2])],
  ["calling it in short", (session, [name, ...rest]) => session.call(rest.length > 0 ? "" : name, [])],
  ["reading it", (session, path) => session.call([Operation.GET, ROOT, ...path], [])],
  ["setting it", (session, path) => session.call([Operation.SET, ROOT, ...path], [1])],
  ["reading on", (session, path) => session.call([Operation.GET, ROOT, ...path, "name"], [])],
  ["describing it", (session, path) => session.call([Operation.DESCRIBE, ROOT, ...path], [])],
  ["connecting to it", (session, path) => session.call([Operation.CONNECT, ROOT, ...path], [1])],
];

describe.each(transports)("the exposure rules over $name", ({ create }) => {
  it.each(hiddenMembers)("hide $what", async ({ root, path, expose }) => {
    let reached = false;
    const served = root(() => {
      reached = true;
    });
    await using all: Stage<object> = await stage(served, { transport: create(), serve: { expose } });
    const session = await all.open();
    for (const [what, ask] of ways) {
      const error = await failure(ask(session, path));
      expect(error, what).toMatchObject({ name: "ProxyError", code: "NOT_FOUND" });
    }
    expect(reached).toBe(false);
    await session.close();
  });
});

describe("what the rules let through", () => {
  class Device {
    on = false;
    switchOn(): void {
      this.on = true;
    }
  }
  class Registry extends Map<string, number> {
    label = "numbers";
    total(): number {
      return [...this.values()].reduce((sum, value) => sum + value, 0);
    }
  }
  class Shadowing extends Registry {
    override get(key: string): number {
      return (super.get(key) ?? 0) * 2;
    }
  }
  class Kind {
    get kind(): string {
      return "general";
    }
  }
  const rows: readonly { what: string; root: () => object; path: string[]; args?: unknown[]; value: unknown }[] = [
    {
      what: "a method that a class inherits",
      root: () => new (class extends Device {})(),
      path: ["switchOn"],
      args: [],
      value: undefined,
    },
    {
      what: "an accessor that a class inherits",
      root: () => new (class extends Kind {})(),
      path: ["kind"],
      value: "general",
    },
    {
      what: "an own field in an accessor's place",
      root: () => Object.defineProperty(new Kind(), "kind", { value: "own", enumerable: true }),
      path: ["kind"],
      value: "own",
    },
    {
      what: "a member of a bundle",
      root: () => ({ device: new Device() }),
      path: ["device", "switchOn"],
      args: [],
      value: undefined,
    },
    {
      what: "a function of a literal",
      root: () => ({ double: (x: number) => x * 2 }),
      path: ["double"],
      args: [4],
      value: 8,
    },
    {
      what: "an accessor of a literal",
      root: () => ({
        get now() {
          return 5;
        },
      }),
      path: ["now"],
      value: 5,
    },
    {
      what: "an instance behind an accessor",
      root: () =>
        new (class {
          readonly #device = new Device();
          get device() {
            return this.#device;
          }
        })(),
      path: ["device", "on"],
      value: false,
    },
    {
      what: "the data of a class without methods",
      root: () => ({
        point: new (class {
          x = 1;
        })(),
      }),
      path: ["point", "x"],
      value: 1,
    },
    {
      what: "a method that a collection's class adds",
      root: () => new Registry([["a", 2]]),
      path: ["total"],
      args: [],
      value: 2,
    },
    { what: "a field that a collection's class adds", root: () => new Registry(), path: ["label"], value: "numbers" },
    {
      what: "a method in the table that a class overrides",
      root: () => new Shadowing([["a", 2]]),
      path: ["get"],
      args: ["a"],
      value: 4,
    },
    {
      what: "a literal without a prototype",
      root: () => Object.assign(Object.create(null), { a: 1 }),
      path: ["a"],
      value: 1,
    },
  ];

  it.each(rows)("is $what", async ({ root, path, args, value }) => {
    await using all = await stage(root());
    const session = await all.open();
    const operation = args ? Operation.CALL : Operation.GET;
    expect(await session.call([operation, ROOT, ...path], args ?? [])).toStrictEqual(value);
    await session.close();
  });

  it("is an own function in a method's place, as for those who have the object", async () => {
    class Bound {
      readonly #name = "bound";
      name(): string {
        return this.#name;
      }
    }
    const root = new Bound();
    Object.assign(root, { name: () => "replaced" });
    await using all = await stage(root);
    expect(await all.proxy.name()).toBe("replaced");
  });

  it("grows by what is exposed", async () => {
    class Held {
      device = new Device();
      run = (x: number): number => x + 1;
      untouched = 1;
    }
    await using all = await stage(new Held(), { serve: { expose: ["device", "run"] } });
    expect(await all.proxy.run(1)).toBe(2);
    await all.proxy.device.switchOn();
    expect(await all.proxy.device.on).toBe(true);
    expect(await failure(all.proxy.untouched)).toMatchObject({ code: "NOT_FOUND" });
  });

  it("is never the root as a whole", async () => {
    await using all = await stage({ shown: 1, _secret: 2 }, { serve: { expose: ["shown"] } });
    const session = await all.open();
    expect(await failure(session.call([Operation.GET, ROOT], []))).toMatchObject({ code: "NOT_FOUND" });
    expect(await failure(session.call([Operation.CALL, ROOT], []))).toMatchObject({ code: "NOT_FOUND" });
    expect(await failure(session.call([Operation.SET, ROOT], [1]))).toMatchObject({ code: "NOT_WRITABLE" });
    await session.close();
  });
});

describe("a target that is none", () => {
  const tooLong = Array.from({ length: 70 }, () => "a");
  const targets: readonly [what: string, target: unknown][] = [
    ["a number", 1],
    ["nothing", undefined],
    ["an empty list", []],
    ["an unknown operation", [99, ROOT, "echo"]],
    ["a path with a number", [Operation.GET, ROOT, 0]],
    ["a path with a list", [Operation.GET, ROOT, ["constructor"]]],
    ["a path with an object", [Operation.GET, ROOT, { toString: "constructor" }]],
    ["a path without end", [Operation.GET, ROOT, ...tooLong]],
    ["a dotted name", "data.value"],
  ];

  it.each(targets)("is refused: %s", async (_, target) => {
    await using all = await stage({ data: { value: 1 } });
    const session = await all.open();
    expect(await failure(session.call(target, []))).toMatchObject({ name: "ProxyError", code: "NOT_FOUND" });
    await session.close();
  });

  it.each([-1, -1.5, -(2 ** 40), Number.NEGATIVE_INFINITY])(
    "is refused: result %d, which nobody kept",
    async (result) => {
      await using all = await stage({ data: { value: 1 } });
      const session = await all.open();
      for (const operation of Object.values(Operation)) {
        if (operation === Operation.DISCONNECT) continue;
        const call = session.call([operation, result, "data"], [1]);
        expect(await failure(call)).toMatchObject({ name: "ProxyError", code: "NOT_KEPT" });
      }
      await session.close();
    },
  );

  it("is refused: a reference nobody made", async () => {
    await using all = await stage({ data: { value: 1 } });
    const session = await all.open();
    for (const operation of Object.values(Operation)) {
      // Disconnecting what never was connected does nothing, wherever it is.
      if (operation === Operation.DISCONNECT) continue;
      for (const reference of [1, 7, 1.5, Number.MAX_SAFE_INTEGER, Number.NaN]) {
        const call = session.call([operation, reference, "data"], [1]);
        expect(await failure(call)).toMatchObject({ name: "ProxyError", code: "REFERENCE_LOST" });
      }
    }
    await session.close();
  });

  it.each([undefined, "1", 1.5, -0.1, Number.MAX_VALUE, null])("connects no subscription called %s", async (id) => {
    const moved = new Signal();
    await using all = await stage({ moved });
    const session = await all.open();
    expect(await failure(session.call([Operation.CONNECT, ROOT, "moved"], [id]))).toMatchObject({ code: "NOT_FOUND" });
    expect(moved.size).toBe(0);
    await session.close();
  });

  it("leaves what everyone inherits as it is", async () => {
    await using all = await stage({ data: {} });
    const session = await all.open();
    for (const path of [
      ["data", "toString"],
      ["data", "valueOf"],
      ["data", "hasOwnProperty"],
    ]) {
      expect(await failure(session.call([Operation.CALL, ROOT, ...path], ["x"]))).toMatchObject({ code: "NOT_FOUND" });
      await session.call([Operation.SET, ROOT, ...path], ["own"]);
      expect(await session.call([Operation.GET, ROOT, ...path], [])).toBe("own");
    }
    expect(Object.prototype.toString.call({})).toBe("[object Object]");
    expect({}.hasOwnProperty).not.toBe("own");
    await session.close();
  });
});
