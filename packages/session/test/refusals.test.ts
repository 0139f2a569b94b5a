import { describe, expect, it } from "vitest";
import { type SessionError, toError } from "../src/index.ts";
import { converse, failure } from "./fixture.ts";

class Robot {
  move(): void {}
}
class Machine extends Robot {}

function nested(depth: number, make: (inner: unknown) => unknown): unknown {
  let value: unknown = "core";
  for (let level = 0; level < depth; level += 1) value = make(value);
  return value;
}

function cycle(): object {
  const parent: Record<string, unknown> = { name: "parent" };
  parent.child = [parent];
  return parent;
}

const refused: readonly { what: string; value: unknown; says: string }[] = [
  { what: "a function", value: { a: [() => 1] }, says: "The value at [0].a[0] is a function" },
  { what: "a symbol", value: [Symbol("s")], says: "The value at [0][0] is a symbol" },
  { what: "a cycle", value: cycle(), says: "(a cycle)" },
  {
    what: "an instance with methods",
    value: { robot: new Robot() },
    says: "The value at [0].robot is an instance of Robot",
  },
  {
    what: "an instance whose base has methods",
    value: new Machine(),
    says: "an instance of Machine, whose class has methods",
  },
  { what: "an ArrayBuffer", value: { buffer: new ArrayBuffer(8) }, says: "The value at [0].buffer is an ArrayBuffer" },
  { what: "a DataView", value: new DataView(new ArrayBuffer(8)), says: "DataView" },
  {
    what: "a key __proto__",
    value: JSON.parse('{"a":{"__proto__":{"polluted":true}}}'),
    says: "The value at [0].a is a key __proto__",
  },
  { what: "a promise", value: Promise.resolve(1), says: "an instance of Promise" },
  { what: "a weak reference", value: new WeakMap(), says: "an instance of WeakMap" },
  { what: "a regular expression", value: /x/, says: "an instance of RegExp" },
  { what: "a function in a Map", value: new Map([["slot", () => 1]]), says: "The value at [0].slot is a function" },
  { what: "a symbol in a Set", value: new Set([Symbol("s")]), says: "The value at [0][0] is a symbol" },
];

describe("a value that does not cross", () => {
  it.each(refused)("rejects its own call and names the place: $what", async ({ value, says }) => {
    await using conversation = await converse();
    const error = await failure(conversation.client.call("echo", [value]));
    expect(error).toMatchObject({ name: "SessionError", code: "NOT_SERIALIZABLE", outcome: "notSent" });
    expect(error.message).toContain(says);
    expect(await conversation.client.call("echo", ["after"])).toBe("after");
  });

  it("rejects only its own call among many of the same turn", async () => {
    await using conversation = await converse();
    const calls = [1, Symbol("s"), 3, () => 4, 5].map((value) => conversation.client.call("echo", [value]));
    const results = await Promise.allSettled(calls);
    expect(results.map(({ status }) => status)).toStrictEqual([
      "fulfilled",
      "rejected",
      "fulfilled",
      "rejected",
      "fulfilled",
    ]);
  });

  it("rejects its call when it is a result, and the others go on", async () => {
    const functions = { symbol: () => Symbol("s"), later: async () => ({ deep: [() => 1] }) };
    await using conversation = await converse({ functions });
    const [echo, symbol, later] = await Promise.allSettled([
      conversation.client.call("echo", [1]),
      conversation.client.call("symbol", []),
      conversation.client.call("later", []),
    ]);
    expect(echo).toStrictEqual({ status: "fulfilled", value: 1 });
    for (const result of [symbol, later]) {
      expect(result).toMatchObject({ status: "rejected", reason: { name: "SessionError", code: "NOT_SERIALIZABLE" } });
      // The call has run, so nothing may tell its caller that it was not sent.
      expect(JSON.stringify(result)).not.toContain("notSent");
    }
    expect(await conversation.client.call("echo", [2])).toBe(2);
  });

  it("is what throws, when reading it throws", async () => {
    await using conversation = await converse();
    const trap = {
      get field(): unknown {
        throw new RangeError("do not read me");
      },
    };
    expect(await failure(conversation.client.call("echo", [trap]))).toBeInstanceOf(RangeError);
    expect(await conversation.client.call("echo", [{ a: { b: 1 } }])).toStrictEqual({ a: { b: 1 } });
  });

  it("makes a notification throw at once", async () => {
    await using conversation = await converse();
    expect(() => conversation.client.notify("echo", [() => 1])).toThrow(/\[0\] is a function/);
    expect(() => conversation.client.notify("echo", [AbortSignal.timeout(1_000)])).toThrow(/no AbortSignal/);
  });
});

describe("a value that is too much", () => {
  it("is refused at 101 levels and crosses at 100, however they are nested", async () => {
    await using conversation = await converse();
    const kinds: ((inner: unknown) => unknown)[] = [
      (inner) => [inner],
      (inner) => ({ inner }),
      (inner) => new Map([["inner", inner]]),
      (inner) => new Set([inner]),
      (inner) => Object.assign(new Error("nested"), { inner }),
    ];
    for (const make of kinds) {
      const error = await failure(conversation.client.call("echo", [nested(101, make)]).then(unchanged("core")));
      if (make !== kinds.at(-1)) expect(error).toMatchObject({ code: "LIMIT_EXCEEDED", outcome: "notSent" });
      await conversation.client.call("echo", [nested(100, make)]);
    }
    expect((await failure(conversation.client.call("echo", [nested(101, (inner) => [inner])]))).message).toMatch(
      /exceeds maxDepth, 100/,
    );
  });

  it("is refused beyond maxItems, by its count where that says it all", async () => {
    await using conversation = await converse({ serve: { limits: { maxItems: 1_000 } } });
    const sparse: unknown[] = [];
    sparse.length = 2 ** 32 - 1;
    const many = Array.from({ length: 1_000 }, (_, index) => index);
    for (const value of [
      sparse,
      many,
      new Set(many),
      new Map(many.map((each) => [each, each])),
      [many.slice(500), many.slice(400)],
    ]) {
      const error = await failure(conversation.client.call("echo", [value]));
      expect(error).toMatchObject({ code: "LIMIT_EXCEEDED", outcome: "notSent" });
      expect(error.message).toContain("maxItems, 1000");
    }
    expect(await conversation.client.call("echo", [many.slice(0, 900)])).toHaveLength(900);
  });

  it("is refused beyond maxMessageBytes, as the far end has it", async () => {
    await using conversation = await converse({ serve: { limits: { maxMessageBytes: 50_000 } } });
    for (const value of [
      new Uint8Array(60_000),
      "x".repeat(60_000),
      [new Uint8Array(30_000), new Uint8Array(30_000)],
    ]) {
      const error = await failure(conversation.client.call("echo", [value]));
      expect(error).toMatchObject({ code: "LIMIT_EXCEEDED", outcome: "notSent" });
      expect(error.message).toContain("maxMessageBytes, 50000");
    }
    expect(await conversation.client.call("echo", ["x".repeat(40_000)])).toHaveLength(40_000);
  });

  it("rejects its call when it is a result", async () => {
    const functions = { large: () => new Uint8Array(100_000), many: () => new Array(2_000).fill(0) };
    const open = { limits: { maxMessageBytes: 50_000, maxItems: 1_000 } };
    await using conversation = await converse({ functions, open });
    for (const [target, limit] of [
      ["large", "maxMessageBytes"],
      ["many", "maxItems"],
    ] as const) {
      const error = await failure(conversation.client.call(target, []));
      expect(error).toMatchObject({ code: "LIMIT_EXCEEDED" });
      expect(error.message).toContain(limit);
    }
    expect(await conversation.client.call("echo", [1])).toBe(1);
  });

  it("is a bigint of more than 1024 bytes", async () => {
    await using conversation = await converse();
    const error = await failure(conversation.client.call("echo", [[1n << 9_000n]]));
    expect(error).toMatchObject({ code: "LIMIT_EXCEEDED", outcome: "notSent" });
  });
});

describe("whatever was thrown", () => {
  it("becomes an error, also what has no text", () => {
    expect(toError("text").message).toBe("text");
    expect(toError(Object.create(null))).toBeInstanceOf(Error);
    expect(toError(Symbol("s")).message).toBe("Symbol(s)");
    const known = new TypeError("known") as unknown as SessionError;
    expect(toError(known)).toBe(known);
  });
});

/** Fails the test when a value came back whole although a part of it had to be left out. */
function unchanged(core: string): (value: unknown) => never {
  return (value) => {
    if (JSON.stringify(value).includes(core)) throw new Error("Everything came back");
    throw new Error("Left out");
  };
}
