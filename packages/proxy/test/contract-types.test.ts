import { compile } from "@fourwire/test-kit";
import { describe, expect, expectTypeOf, it } from "vitest";
import { z } from "zod";
import {
  connect,
  defineContract,
  method,
  property,
  type RemoteContract,
  type RemoteSignal,
  type ServedBy,
  type Signal,
  serve,
  set,
  signal,
  stream,
} from "../src/index.ts";

const length = z.string().transform((text) => text.length);
const part = defineContract({ weight: property(z.number()), turn: method([], z.number()) });

const contract = defineContract({
  calculate: method([z.number()], z.number()),
  measure: method([length], length),
  greet: method([z.string(), z.string().optional()], z.string()),
  sum: method(z.tuple([z.string()]).rest(z.number()), z.number()),
  rest: method([]),
  count: method([], stream(length)),
  give: method([z.string()], part),
  factor: property(z.number()),
  serial: property(z.string(), { set: false }),
  born: property(z.date(), { set: z.string() }),
  changed: signal([z.number(), length]),
  arm: { part, tool: property(z.string()) },
});

/** Never runs: the compiler is what these functions are for. */
function typed(_body: (proxy: RemoteContract<typeof contract>) => unknown): void {}

describe("the types of a contract", () => {
  it("infer a proxy: what schemas take goes in, what they make comes out", () => {
    type Proxy = RemoteContract<typeof contract>;
    expectTypeOf<Proxy["calculate"]>().toEqualTypeOf<(...args: [number]) => Promise<number>>();
    expectTypeOf<Proxy["measure"]>().toEqualTypeOf<(...args: [string]) => Promise<number>>();
    expectTypeOf<Proxy["greet"]>().toEqualTypeOf<(...args: [string, string?]) => Promise<string>>();
    expectTypeOf<Proxy["sum"]>().toEqualTypeOf<(...args: [string, ...number[]]) => Promise<number>>();
    expectTypeOf<Proxy["rest"]>().toEqualTypeOf<(...args: []) => Promise<undefined>>();
    expectTypeOf<Proxy["changed"]>().toEqualTypeOf<RemoteSignal<[number, number]>>();
    typed(async (proxy) => {
      expectTypeOf(await proxy.factor).toEqualTypeOf<number>();
      expectTypeOf(await proxy.born).toEqualTypeOf<Date>();
      expectTypeOf(await proxy.arm.tool).toEqualTypeOf<string>();
      expectTypeOf(await proxy.arm.part.turn()).toEqualTypeOf<number>();
      using given = await proxy.give("a");
      expectTypeOf(await given.weight).toEqualTypeOf<number>();
      for await (const item of await proxy.count()) expectTypeOf(item).toEqualTypeOf<number>();
      // @ts-expect-error An argument is a number.
      await proxy.calculate("8");
      // @ts-expect-error The contract does not list it.
      await proxy.reveal();
    });
  });

  it("let set have what is settable, of the type that is set", () => {
    typed(async (proxy) => {
      await set(proxy, "factor", 3);
      await set(proxy, "born", "2020-01-01");
      await set(proxy.arm, "tool", "drill");
      // @ts-expect-error The factor is a number.
      await set(proxy, "factor", "three");
      // @ts-expect-error It is only read.
      await set(proxy, "serial", "S-2");
      // @ts-expect-error A method is not set.
      await set(proxy, "calculate", () => 1);
    });
  });

  it("say what the object must be: what schemas make goes in, what they take comes out", () => {
    type Served = ServedBy<typeof contract>;
    expectTypeOf<Parameters<Served["measure"]>>().toEqualTypeOf<[number]>();
    expectTypeOf<() => string>().toExtend<Served["measure"]>();
    expectTypeOf<(text: string) => string>().not.toExtend<Served["measure"]>();
    expectTypeOf<Signal<[number, string]>>().toExtend<Served["changed"]>();
    expectTypeOf<Signal<[string, string]>>().not.toExtend<Served["changed"]>();
  });

  it("come from connect, too", () => {
    const open = (options: Parameters<typeof connect>[1]) => connect<typeof part>("a", options);
    expectTypeOf<Awaited<ReturnType<typeof open>>>().toEqualTypeOf<RemoteContract<typeof part> & AsyncDisposable>();
  });
});

it("refuses an object that does not keep its contract, at compile time", { timeout: 60_000 }, async () => {
  const program = `
    import { defineContract, method, property, serve } from "@fourwire/proxy";
    import { memory } from "@fourwire/transport/memory";
    import { z } from "zod";
    const contract = defineContract({ calculate: method([z.number()], z.number()), factor: property(z.number()) });
    class Right { factor = 2; calculate(x: number): number { return x * this.factor; } extra(): void {} }
    class Wrong { factor = 2; calculate(x: string): number { return x.length; } }
    class Short { factor = 2; }
    const transport = memory();
    await serve(new Right(), undefined, { transport, contract });
    await serve(new Wrong(), undefined, { transport, contract });
    await serve(new Short(), undefined, { transport, contract });
  `;
  await using compiled = await compile({ "keeping.ts": program });
  const lines = compiled.complaints.split("\n").filter((line) => line.startsWith("keeping.ts"));
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/^keeping\.ts\(11,/);
  expect(lines[1]).toMatch(/^keeping\.ts\(12,/);
  expect(compiled.complaints).toMatch(/Property 'calculate' is missing in type 'Short'/);
});

describe("defineContract", () => {
  it("refuses names that are never reachable", () => {
    for (const name of ["_private", "constructor", "prototype"]) {
      expect(() => defineContract({ [name]: property(z.number()) })).toThrow(TypeError);
      expect(() => defineContract({ arm: { [name]: property(z.number()) } })).toThrow(`"arm.${name}"`);
    }
  });

  it("refuses what is no schema", () => {
    const wrong = {} as z.ZodNumber;
    const wrongs = [method([wrong]), method([], wrong), property(wrong), signal([wrong]), method([], stream(wrong))];
    for (const member of wrongs) expect(() => defineContract({ member })).toThrow("no Standard Schema");
    const bare: object = { member: z.number() };
    expect(() => defineContract(bare as Parameters<typeof defineContract>[0])).toThrow("say property(schema)");
  });
});

describe("serve with a contract", () => {
  it("refuses an object without what is listed, before it listens", async () => {
    const transport = { listen: () => expect.unreachable() } as unknown as Parameters<typeof serve>[2]["transport"];
    const lacking = (object: object) =>
      serve(object as ServedBy<typeof part>, undefined, { transport, contract: part });
    await expect(lacking({ turn: () => 1 })).rejects.toThrow('"weight", which the object does not have');
    await expect(lacking({ turn: 1, weight: 1 })).rejects.toThrow('"turn" is a method by its contract');
    const both = { transport, contract: part, expose: ["turn"] };
    await expect(serve({ turn: () => 1, weight: 1 }, undefined, both)).rejects.toThrow("leave expose out");
  });
});
