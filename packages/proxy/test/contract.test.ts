import { describe, expect, it } from "vitest";
import { z } from "zod";
import { connect, defineContract, method, property, Signal, serve, set, signal, stream } from "../src/index.ts";
import { deferred, failure, until, untyped, untypedMethods } from "./fixture.ts";
import { transports } from "./transports.ts";

const reading = defineContract({ celsius: property(z.number()), refresh: method([], z.number()) });

const contract = defineContract({
  calculate: method([z.number()], z.number()),
  factor: property(z.number()),
  factorChanged: signal([z.number(), z.number()]),
  born: property(z.date(), { set: z.iso.datetime().transform((text) => new Date(text)) }),
  serial: property(z.string(), { set: false }),
  greet: method([z.string().trim(), z.object({ loud: z.boolean().default(false) }).optional()], z.string()),
  sum: method(z.array(z.number()), z.number()),
  rename: method([z.string().refine(async (name) => name !== "taken", "is taken")]),
  rest: method([]),
  count: method([z.number()], stream(z.number().max(2))),
  each: method([z.array(z.number()), z.custom<(item: number) => unknown>((value) => typeof value === "function")]),
  sensor: method([z.string()], reading),
  lab: { reading, label: property(z.string()) },
  isOwn: method([z.custom<Reading>()], z.boolean()),
});

class Reading {
  celsius = 20;
  secret = "hidden";
  refresh(): number {
    this.celsius += 1;
    return this.celsius;
  }
  reveal(): string {
    return this.secret;
  }
}

class Machine {
  readonly factorChanged = new Signal<[value: number, previous: number]>();
  readonly #reading = new Reading();
  readonly lab = { reading: this.#reading, label: "north", door: "unlocked" };
  born = new Date(0);
  serial = "S-1";
  secret = "hidden";
  name = "none";
  calls = 0;
  #factor: unknown = 2;

  get factor(): number {
    return this.#factor as number;
  }
  set factor(value: number) {
    const previous = this.factor;
    this.#factor = value;
    this.factorChanged.emit(value, previous);
  }
  spoil(): void {
    this.#factor = "spoilt";
  }
  calculate(x: number): number {
    this.calls += 1;
    return x * this.factor;
  }
  greet(name: string, { loud } = { loud: false }): string {
    return loud ? name.toUpperCase() : `${name}!`;
  }
  sum(...items: number[]): number {
    return items.reduce((left, right) => left + right, 0);
  }
  async rename(name: string): Promise<string> {
    this.name = name;
    return "not for callers";
  }
  rest(): string {
    return "not for callers";
  }
  async *count(to: number): AsyncGenerator<number> {
    for (let item = 0; item < to; item += 1) yield item;
  }
  async each(items: readonly number[], use: (item: number) => unknown): Promise<void> {
    for (const item of items) await use(item);
  }
  sensor(_name: string): Reading {
    return this.#reading;
  }
  isOwn(value: unknown): boolean {
    return value === this.#reading;
  }
  reveal(): string {
    return this.secret;
  }
}

describe.each(transports)("a contract, over $name", ({ create }) => {
  async function stageContract() {
    const transport = create();
    const errors: Error[] = [];
    const machine = new Machine();
    const server = await serve(machine, undefined, { transport, contract, onError: (error) => errors.push(error) });
    const proxy = await connect<typeof contract>(server.address, { transport });
    return {
      ...{ proxy, machine, errors, server, transport },
      async [Symbol.asyncDispose]() {
        await proxy[Symbol.asyncDispose]();
        await server.close();
        await transport.close();
      },
    };
  }

  it("lets through what fits, both ways", async () => {
    await using all = await stageContract();
    const { proxy } = all;
    expect(await proxy.calculate(8)).toBe(16);
    await set(proxy, "factor", 3);
    expect(await proxy.factor).toBe(3);
    expect(await proxy.sum(1, 2, 3)).toBe(6);
    expect(await proxy.lab.label).toBe("north");
    await set(proxy.lab, "label", "south");
    expect(all.machine.lab.label).toBe("south");
    const seen: number[] = [];
    await proxy.each([1, 2], (item) => seen.push(item));
    expect(seen).toStrictEqual([1, 2]);
  });

  it("gives the methods and setters what the schemas make of it", async () => {
    await using all = await stageContract();
    expect(await all.proxy.greet("  Ada ")).toBe("Ada!");
    expect(await all.proxy.greet("Ada", {})).toBe("Ada!");
    expect(await all.proxy.greet("Ada", { loud: true })).toBe("ADA");
    await set(all.proxy, "born", "2020-01-02T03:04:05Z");
    expect(all.machine.born).toStrictEqual(new Date("2020-01-02T03:04:05Z"));
    expect(await all.proxy.born).toStrictEqual(new Date("2020-01-02T03:04:05Z"));
  });

  it("does not run a method with what does not fit, and says what is wrong and where", async () => {
    await using all = await stageContract();
    const error = await failure(untypedMethods(all.proxy).calculate?.("8") ?? Promise.resolve());
    expect(error).toMatchObject({ name: "ProxyError", code: "INVALID_ARGUMENTS" });
    expect(error.message).toMatch(/^"calculate" was not given what its contract says: at 0: .*number/);
    expect(error.issues).toStrictEqual([{ path: [0], message: expect.stringContaining("number") }]);
    expect(all.machine.calls).toBe(0);
    const nested = await failure(untypedMethods(all.proxy).greet?.(1, { loud: "yes" }) ?? Promise.resolve());
    expect(nested.issues).toMatchObject([{ path: [0] }, { path: [1, "loud"] }]);
    expect(all.errors).toStrictEqual([]);
  });

  it("refuses more arguments than it lists, and does not tell their values", async () => {
    await using all = await stageContract();
    const error = await failure(untypedMethods(all.proxy).calculate?.(1, "token-4711") ?? Promise.resolve());
    expect(error).toMatchObject({ code: "INVALID_ARGUMENTS", message: expect.stringContaining("1 at most") });
    expect(JSON.stringify([error.message, error.issues])).not.toContain("4711");
  });

  it("waits for asynchronous schemas before it runs a method", async () => {
    await using all = await stageContract();
    expect(await failure(all.proxy.rename("taken"))).toMatchObject({
      code: "INVALID_ARGUMENTS",
      issues: [{ path: [0], message: "is taken" }],
    });
    expect(all.machine.name).toBe("none");
    expect(await all.proxy.rename("Ada")).toBeUndefined();
    expect(all.machine.name).toBe("Ada");
  });

  it("lets nothing leave that it does not promise, and tells the server", async () => {
    await using all = await stageContract();
    all.machine.spoil();
    for (const answer of [all.proxy.calculate(1), all.proxy.factor]) {
      const error = await failure(answer);
      expect(error).toMatchObject({ name: "ProxyError", code: "INVALID_RESULT", issues: [{ path: [] }] });
      expect(error.message).not.toContain("spoilt");
    }
    expect(all.errors).toMatchObject([{ code: "INVALID_RESULT" }, { code: "INVALID_RESULT" }]);
    expect(await all.proxy.rest()).toBeUndefined();
  });

  it("refuses a write that does not fit, and one that it does not list", async () => {
    await using all = await stageContract();
    expect(await failure(set(untyped(all.proxy), "factor", "three"))).toMatchObject({ code: "INVALID_ARGUMENTS" });
    expect(await failure(set(untyped(all.proxy), "serial", "S-2"))).toMatchObject({ code: "NOT_WRITABLE" });
    expect(await failure(set(untyped(all.proxy), "secret", "shown"))).toMatchObject({ code: "NOT_FOUND" });
    expect(all.machine).toMatchObject({ factor: 2, serial: "S-1", secret: "hidden" });
  });

  it("emits what fits, in order, and tells the server of the rest", async () => {
    await using all = await stageContract();
    const heard: [number, number][] = [];
    const last = deferred();
    await all.proxy.factorChanged.connect((value, previous) => {
      heard.push([value, previous]);
      if (value === 5) last.resolve();
    });
    all.machine.factor = 4;
    all.machine.spoil();
    all.machine.factor = 6;
    all.machine.factor = 5;
    await last.promise;
    expect(heard).toStrictEqual([
      [4, 2],
      [5, 6],
    ]);
    expect(all.errors).toMatchObject([{ code: "INVALID_RESULT" }]);
    await all.proxy.factorChanged.disconnect();
    await until(() => all.machine.factorChanged.size === 0);
  });

  it("validates each value of a stream", async () => {
    await using all = await stageContract();
    const seen: number[] = [];
    const reading = (async () => {
      for await (const item of await all.proxy.count(9)) seen.push(item);
    })();
    expect(await failure(reading)).toMatchObject({ code: "INVALID_RESULT" });
    expect(seen).toStrictEqual([0, 1, 2]);
  });

  it("gives an object by its own contract, and takes it back as itself", async () => {
    await using all = await stageContract();
    using sensor = await all.proxy.sensor("a");
    expect(await all.proxy.sensor("b")).toBe(sensor);
    expect(await sensor.refresh()).toBe(21);
    expect(await all.proxy.lab.reading.celsius).toBe(21);
    expect(await failure(untypedMethods(sensor).reveal?.() ?? Promise.resolve())).toMatchObject({
      code: "NOT_FOUND",
    });
    expect(await failure(untyped(sensor).secret ?? Promise.resolve())).toMatchObject({ code: "NOT_FOUND" });
    expect(await untypedMethods(all.proxy).isOwn?.(sensor)).toBe(true);
  });
});
