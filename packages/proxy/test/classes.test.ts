import { describe, expect, expectTypeOf, it, vi } from "vitest";
import { z } from "zod";
import {
  byReference,
  connect,
  defineContract,
  describe as describeProxy,
  property,
  type Remote,
  release,
  Signal,
  serve,
} from "../src/index.ts";
import { Operation } from "../src/operation.ts";
import { failure, stage, untyped } from "./fixture.ts";
import { transports } from "./transports.ts";

class Table {
  static secret = "static";
  readonly changed = new Signal<[key: string]>();
  readonly #rows = new Map<string, number>();
  readonly name: string;

  constructor(name: string, onMade?: (name: string) => unknown) {
    if (name === "") throw new RangeError("a table has a name");
    this.name = name;
    void onMade?.(name);
  }
  set(key: string, value: number): void {
    this.#rows.set(key, value);
    this.changed.emit(key);
  }
  get(key: string): number | undefined {
    return this.#rows.get(key);
  }
  isOwn(table: Table): boolean {
    return #rows in table;
  }
}

class Plain {
  x = 1;
}

class Library {
  readonly Table = byReference(Table);
  readonly Plain = byReference(Plain);
  readonly Hidden = Table;
  get Fresh(): typeof Table {
    return byReference(Table);
  }
  get Bare(): typeof Table {
    return Table;
  }
  give(): typeof Table {
    return byReference(Table);
  }
  giveBare(): typeof Table {
    return Table;
  }
  giveFunction(): () => object {
    return byReference(() => ({}));
  }
}

describe.each(transports)("classes, over $name", ({ create }) => {
  it("make instances that stay where the class is", async () => {
    await using all = await stage(new Library(), { transport: create() });
    using table = await new all.proxy.Table("first");
    expectTypeOf(table).toEqualTypeOf<Remote<Table> & Disposable>();
    const heard: string[] = [];
    await table.changed.connect((key) => heard.push(key));
    await table.set("a", 1);
    expect([await table.get("a"), await table.name, heard]).toStrictEqual([1, "first", ["a"]]);
    const other = await new all.proxy.Table("second");
    expect(await other.get("a")).toBeUndefined();
    expect(await other.isOwn(table)).toBe(true);
    release(other);
    expect(await failure(other.get("a"))).toMatchObject({ code: "REFERENCE_LOST" });
  });

  it("come from fields, accessors, literals and methods alike, if they are given by reference", async () => {
    await using all = await stage(new Library(), { transport: create() });
    expect(await (await new all.proxy.Fresh("a")).name).toBe("a");
    using Given = await all.proxy.give();
    expect(await (await new Given("b")).name).toBe("b");
    await using literal = await stage({ Table: byReference(Table) }, { transport: create() });
    expect(await (await new literal.proxy.Table("c")).name).toBe("c");
    // An instance without methods stays there, too.
    const plain = await new all.proxy.Plain();
    expect(await plain.x).toBe(1);
  });

  it("take what methods take, and reject with what the constructor throws", async () => {
    await using all = await stage(new Library(), { transport: create() });
    const made = vi.fn();
    await new all.proxy.Table("first", made);
    expect(made).toHaveBeenCalledWith("first");
    expect(await failure(new all.proxy.Table(""))).toMatchObject({ name: "RangeError", message: "a table has a name" });
  });

  it("are nothing but constructors", async () => {
    await using all = await stage(new Library(), { transport: create() });
    const members = untyped(untyped(all.proxy).Table as object);
    for (const name of ["secret", "prototype", "constructor", "name", "length"]) {
      expect(await failure(members[name] ?? Promise.resolve())).toMatchObject({ code: "NOT_FOUND" });
    }
    const { members: described } = await describeProxy(all.proxy);
    expect(described.filter(({ name }) => name === "Table")).toMatchObject([{ kind: "property", writable: false }]);
  });

  it("cannot be constructed unless they are given by reference", async () => {
    await using all = await stage(new Library(), {
      transport: create(),
      serve: { expose: Object.keys(new Library()).concat("Bare", "giveBare", "giveFunction", "give") },
    });
    const session = await all.open({
      handler: () => ({
        call: () => undefined,
        notify: () => undefined,
        references: {
          pack: () => undefined,
          home: () => undefined,
          released: () => undefined,
          arrive: (number) => ({ number }),
        },
      }),
    });
    const construct = (...place: unknown[]) => failure(session.call([Operation.CONSTRUCT, ...place], ["x"]));
    for (const name of ["Hidden", "Bare", "give", "giveBare", "constructor"]) {
      expect(["NOT_CALLABLE", "NOT_FOUND"]).toContain((await construct(0, name)).code);
    }
    expect(await construct(0)).toMatchObject({ code: "NOT_CALLABLE" });
    for (const giver of ["giveBare", "giveFunction"]) {
      const given = await session.call(giver, []);
      const reference = typeof given === "object" && given !== null && "number" in given ? given.number : 0;
      expect(await construct(reference)).toMatchObject({ code: "NOT_CALLABLE" });
      expect(["NOT_CALLABLE", "NOT_FOUND"]).toContain((await construct(reference, "constructor")).code);
    }
    await session.close();
  });

  it("make what no contract lists of no use", async () => {
    const transport = create();
    const contract = defineContract({ Table: property(z.custom<typeof Table>(() => true)) });
    await using server = await serve(new Library(), undefined, { transport, contract });
    await using proxy = await connect<Library>(server.address, { transport });
    const table = await new proxy.Table("first");
    expect(await failure(table.get("a"))).toMatchObject({ code: "NOT_FOUND" });
    await proxy[Symbol.asyncDispose]();
    await server.close();
    await transport.close();
  });
});
