import { EventEmitter } from "node:events";
import { inspect } from "node:util";
import { createContext, runInContext } from "node:vm";
import { describe, expect, it, vi } from "vitest";
import { Signal } from "../src/index.ts";
import { AGENT, Operation, ROOT } from "../src/operation.ts";
import { failure, stage } from "./fixture.ts";
import { renderProbes } from "./probe-page.ts";
import { probedKinds } from "./probed-objects.ts";
import { probedPlaces, takesKeys } from "./probed-places.ts";
import { pathsFromStarts, probedStarts } from "./probed-starts.ts";
import { operations, probeAll } from "./probing.ts";
import { transports } from "./transports.ts";

const probed = transports.filter(({ name }) => name === "memory" || name === "zmq");

const rows = probedPlaces.flatMap((place) =>
  probedKinds
    .filter(({ what }) => place.kinds.includes(what))
    .map((kind) => ({ kind, place, what: kind.what, where: place.what, takes: takesKeys(kind.what, place.what) })),
);

/** An object and what everyone inherits from, with all that is in them. */
function inspectAll(object: object): string {
  const types = [Object, Function, Array, Map, Set, Date, Error, Promise, Float32Array, Signal, EventEmitter];
  const prototypes = types.map((type) => [type, type.prototype]);
  return inspect([object, prototypes], { showHidden: true, depth: 2 });
}

describe.each(probed)("no probe gets anywhere over $name", ({ create }) => {
  it.each(rows)("$what, $where", async ({ kind, place, takes }) => {
    const reached = vi.fn();
    const object = kind.make(reached);
    // Plain data takes keys, which are its own; what it inherits from is watched all the same.
    const watched = takes ? {} : object;
    const before = inspectAll(watched);
    await using transport = create();
    await using served = await place.open(object, transport);
    const { session, find } = served;
    const described = await session.call([Operation.DESCRIBE, ROOT], []);
    const { method } = kind;
    const surprises = await probeAll((target, args) => session.call(target, args), { find, method, takesKeys: takes });
    expect(surprises).toStrictEqual([]);
    expect(reached).not.toHaveBeenCalled();
    expect(inspectAll(watched)).toStrictEqual(before);
    expect(globalThis).not.toHaveProperty("probed");
    expect(await session.call([Operation.DESCRIBE, ROOT], [])).toStrictEqual(described);
  });
});

describe.each(probed)("no path begins, over $name, at", ({ create }) => {
  it.each(probedStarts)("$what", async ({ reference, code }) => {
    await using all = await stage({ it: { hello: () => "hello" } }, { transport: create() });
    const session = await all.open();
    const asked = operations.filter(({ what }) => !(what === "connect" && reference === AGENT));
    for (const path of pathsFromStarts) {
      for (const { what, target, args } of asked) {
        const error = await failure(session.call(target([reference, ...path]), args(1)));
        expect(error, `${what} ${path.join(".")}`).toMatchObject({ name: "ProxyError", code });
      }
    }
    await session.close();
  });
});

describe("a getter that throws", () => {
  class Robot {
    runs = 0;
    get broken(): object {
      this.runs += 1;
      throw new RangeError("It is broken");
    }
    hello(): string {
      return "hello";
    }
  }
  const open = async () => {
    const all = await stage(new Robot());
    return Object.assign(all, { session: await all.open() });
  };

  it.each([
    ["get", [Operation.GET, ROOT, "broken"]],
    ["get a member", [Operation.GET, ROOT, "broken", "constructor"]],
    ["call a member", [Operation.CALL, ROOT, "broken", "toString"]],
    ["describe", [Operation.DESCRIBE, ROOT, "broken"]],
    ["connect", [Operation.CONNECT, ROOT, "broken"]],
  ] as const)("rejects %s with what it throws, and nothing else", async (_, target) => {
    await using all = await open();
    expect(await failure(all.session.call(target, [1]))).toMatchObject({ name: "RangeError", message: "It is broken" });
    expect(await all.proxy.hello()).toBe("hello");
    await all.session.close();
  });

  it.each([
    ["describe its object", [Operation.DESCRIBE, ROOT], undefined],
    ["call", [Operation.CALL, ROOT, "broken"], "NOT_CALLABLE"],
    ["set", [Operation.SET, ROOT, "broken"], "NOT_WRITABLE"],
  ] as const)("does not run to %s", async (_, target, code) => {
    await using all = await open();
    const answer = all.session.call(target, [1]);
    if (code) expect(await failure(answer)).toMatchObject({ name: "ProxyError", code });
    else expect(await answer).toMatchObject({ className: "Robot" });
    expect(await all.proxy.runs).toBe(0);
    await all.session.close();
  });
});

it("the probes find their way through a dispatcher that follows any path, and run code", async () => {
  // In a realm of its own, as what it inherits from is what is attacked.
  const realm = createContext();
  const object: unknown = runInContext("new (class Robot { static create() {} hello() {} })()", realm);
  const probing = { find: () => [ROOT], method: "hello", takesKeys: false };
  const surprises = await probeAll(async (target, args) => followAnything(object, target, args), probing);
  expect(surprises.length).toBeGreaterThan(100);
  const expected = [
    "get `constructor`",
    "get `__proto__`",
    "call `toString`",
    "call `__defineGetter__`",
    "get `method.constructor`",
  ];
  for (const way of expected)
    expect(
      surprises.some((surprise) => surprise.startsWith(`${way}:`)),
      way,
    ).toBe(true);
  expect(runInContext("globalThis.probed", realm)).toBe(true);
  expect(globalThis).not.toHaveProperty("probed");
});

it("docs/security/probes.md shows the probes", async () => {
  await expect(renderProbes()).toMatchFileSnapshot("../../../docs/security/probes.md");
});

/** Does what is asked wherever a path leads, as Comlink did; functions that it gets, it calls. Sets nothing. */
function followAnything(object: unknown, target: unknown, args: readonly unknown[]): unknown {
  const [operation, , ...path] = Array.isArray(target) ? target : [Operation.CALL, ROOT, target];
  const owner = path.slice(0, -1).reduce(memberOf, object);
  const value = memberOf(owner, path.at(-1));
  if (operation === Operation.GET && value !== undefined) return value;
  if (typeof value !== "function") throw new Error("No function there");
  const result: unknown =
    operation === Operation.CALL ? Reflect.apply(value, owner, args) : Reflect.construct(value, [...args]);
  return typeof result === "function" ? result() : result;
}

function memberOf(owner: unknown, name: PropertyKey): unknown {
  if ((typeof owner !== "object" && typeof owner !== "function") || owner === null) throw new Error("Nothing there");
  return Reflect.get(owner, name);
}
