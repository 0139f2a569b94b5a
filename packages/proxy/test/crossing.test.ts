import { types } from "node:util";
import { describe, expect, expectTypeOf, it } from "vitest";
import type { Received, Remote, RemoteOf, Sent } from "../src/index.ts";
import { findNode } from "../src/remote-node.ts";
import { type Crosses, crossingTable, WithMethod } from "./crossing-table.ts";
import { stage } from "./fixture.ts";
import { transports } from "./transports.ts";

type Table = typeof crossingTable;
type Made<Name extends keyof Table> = ReturnType<Table[Name]["make"]>;

/** How the types say that a value crosses. */
type CrossesByType<Value> = HowOf<Received<Value>>;

type HowOf<Arrived> = [Arrived] extends [ReadableStream<unknown> | AsyncIterableIterator<unknown, undefined>]
  ? "stream"
  : [Arrived] extends [Disposable]
    ? "reference"
    : "value";

/** A row, if the types say of it what the table says. */
type Agreed<Name extends keyof Table> = CrossesByType<Made<Name>> extends Table[Name]["crosses"] ? Name : never;

/** The rows of which a proxy is not accepted where the thing itself is, although it crosses by reference. */
type Refused = {
  [Name in keyof Table]: Table[Name]["crosses"] extends "reference"
    ? Received<Made<Name>> extends Sent<Made<Name>>
      ? never
      : Name
    : never;
}[keyof Table];

function crossesAtRunTime(value: unknown): Crosses {
  if (findNode(value)) return "reference";
  const isObject = typeof value === "object" && value !== null;
  return isObject && (Symbol.asyncIterator in value || value instanceof ReadableStream) ? "stream" : "value";
}

class Carrier {
  given: unknown[] = [];
  give(name: keyof Table): unknown {
    const value = crossingTable[name].make();
    this.given.push(value);
    return value;
  }
  take(value: unknown): Crosses {
    this.given.push(value);
    return crossesAtRunTime(value);
  }
  isGiven(value: unknown): boolean {
    return this.given.includes(value);
  }
}

const names = Object.keys(crossingTable).filter((name): name is keyof Table => name in crossingTable);

describe.each(transports)("what crosses how, over $name", ({ create }) => {
  it.each(names)("%s, both ways", async (name) => {
    await using all = await stage(new Carrier(), { transport: create() });
    const { crosses, make } = crossingTable[name];
    const received: unknown = await all.proxy.give(name);
    expect(crossesAtRunTime(received)).toBe(crosses);
    expect(await all.proxy.take(make())).toBe(crosses);
    if (crosses === "reference") expect(await all.proxy.isGiven(received)).toBe(true);
    if (crosses === "value" && !types.isNativeError(received)) expect(received).toEqual({ ...wrap(make()) }.value);
  });
});

function wrap<Value>(value: Value): { readonly value: Value } {
  return { value };
}

describe("the types", () => {
  it("say of every row what the table says", () => {
    // One by one: the compiler takes a type that goes over all of them for one without end.
    type All = [
      Agreed<"undefined">,
      Agreed<"null">,
      Agreed<"boolean">,
      Agreed<"number">,
      Agreed<"bigint">,
      Agreed<"string">,
      Agreed<"date">,
      Agreed<"error">,
      Agreed<"ownError">,
      Agreed<"bytes">,
      Agreed<"floats">,
      Agreed<"array">,
      Agreed<"map">,
      Agreed<"set">,
      Agreed<"record">,
      Agreed<"plainInstance">,
      Agreed<"instance">,
      Agreed<"heir">,
      Agreed<"signal">,
      Agreed<"function">,
      Agreed<"asyncFunction">,
      Agreed<"generator">,
      Agreed<"webStream">,
    ];
    expectTypeOf<All[number]>().toEqualTypeOf<keyof Table>();
    expect(names.length).toBe(23);
  });

  it("accept a proxy wherever what it stands for is wanted", () => {
    // A function is called with what crosses and answers later, so its proxy fits where a callback does.
    expectTypeOf<Refused>().toEqualTypeOf<never>();
    type Wants = Remote<{
      use(instance: WithMethod, all: WithMethod[], work: (by: WithMethod) => number): void;
    }>["use"];
    const call = (use: Wants, proxy: Remote<WithMethod>, other: Remote<{ other(): void }>): unknown => [
      use(proxy, [proxy, new WithMethod()], (by) => by.read()),
      // @ts-expect-error It stands for something else.
      use(other, [], () => 1),
      // @ts-expect-error A callback is given a proxy, whose methods promise.
      use(proxy, [], (by) => by.read().toFixed()),
    ];
    expect(call).toBeTypeOf("function");
  });

  it("follow lists, maps, sets and fields into what they hold", () => {
    type Away = Remote<WithMethod> & Disposable;
    expectTypeOf<Received<WithMethod[]>>().toEqualTypeOf<Away[]>();
    expectTypeOf<Received<readonly [WithMethod, number]>>().toEqualTypeOf<readonly [Away, number]>();
    expectTypeOf<Received<Map<string, WithMethod>>>().toEqualTypeOf<Map<string, Away>>();
    expectTypeOf<Received<Set<WithMethod>>>().toEqualTypeOf<Set<Away>>();
    expectTypeOf<Received<{ a: { b: WithMethod } | null }>>().toEqualTypeOf<{ a: { b: Away } | null }>();
    expectTypeOf<Received<AsyncGenerator<WithMethod>>>().toEqualTypeOf<AsyncIterableIterator<Away, undefined>>();
    expectTypeOf<Sent<string | (() => void)>>().not.toEqualTypeOf<never>();
    expectTypeOf<RemoteOf<WithMethod>>().not.toBeAny();
  });

  it("keep the type parameters and overloads of methods that promise what crosses by value", () => {
    interface Store {
      get<Key extends "a" | "b">(key: Key): Promise<{ a: number; b: string }[Key]>;
      echo<Value>(value: Value): Promise<Value>;
      now<Value>(value: Value): Value;
      read(name: string): Promise<string>;
      read(place: number): Promise<number>;
    }
    const use = async (store: Remote<Store>): Promise<void> => {
      expectTypeOf(await store.get("a")).toEqualTypeOf<number>();
      expectTypeOf(await store.echo("text" as string)).toEqualTypeOf<string>();
      expectTypeOf(await store.read("name")).toEqualTypeOf<string>();
      expectTypeOf(await store.read(1)).toEqualTypeOf<number>();
      // What does not promise loses them: the promise has to be put around.
      expectTypeOf(await store.now("text")).toEqualTypeOf<unknown>();
    };
    expect(use).toBeTypeOf("function");
  });
});

describe("the types of what refers to itself", () => {
  type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
  interface Tree {
    readonly value: number;
    readonly kids: Tree[];
    readonly parent?: Tree;
  }
  class Branch {
    readonly kids: Branch[] = [];
    readonly parent: Branch | undefined;
    grow(): Branch {
      return this;
    }
    async walk(visit: (branch: Branch) => unknown): Promise<Tree> {
      visit(this);
      return { value: 1, kids: [] };
    }
    async load(json: Json): Promise<Json> {
      return json;
    }
    prune(tree: Tree): Tree {
      return tree;
    }
  }

  it("end", () => {
    const use = async (branch: Remote<Branch>): Promise<void> => {
      const grown = await branch.grow();
      expectTypeOf(await (await grown.grow()).load({ a: [1, { b: null }] })).toEqualTypeOf<Json>();
      const tree = await branch.prune({ value: 1, kids: [] });
      expectTypeOf(tree.kids[0]?.parent?.value).toEqualTypeOf<number | undefined>();
      // What comes by value may be handed on as such.
      expectTypeOf((await branch.walk((each) => each.grow())).value).toEqualTypeOf<number>();
      await branch.prune(tree);
      expectTypeOf((await branch.kids)[0]?.grow).toExtend<(() => Promise<unknown>) | undefined>();
    };
    expect(use).toBeTypeOf("function");
  });
});
