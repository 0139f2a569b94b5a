import { AsyncLocalStorage } from "node:async_hooks";
import { memory } from "@fourwire/transport/memory";
import { expect, it } from "vitest";
import { connect, serve } from "../src/index.ts";

class Adder {
  add(a: number, b: number): number {
    return a + b;
  }
}

it("results carry the platform's marks, and those of a program, without asking the far end", async () => {
  const transport = memory();
  await using server = await serve(new Adder(), "mem:marks", { transport });
  await using adder = await connect<Adder>(server.address, { transport });
  const storage = new AsyncLocalStorage<string>();
  await storage.run("context", async () => {
    const first = adder.add(1, 2);
    const second = adder.add(3, 4);
    const mark = Symbol("mark");
    Reflect.set(first, mark, 1);
    expect([Reflect.get(first, mark), Reflect.get(second, mark)]).toStrictEqual([1, undefined]);
    // More than results have places for.
    for (let count = 0; count < 40; count += 1) {
      const own = Symbol(`own ${count}`);
      Reflect.set(second, own, count);
      expect([Reflect.get(first, own), Reflect.get(second, own)]).toStrictEqual([undefined, count]);
    }
    Reflect.set(first, Symbol.toStringTag, "mine");
    expect(Object.prototype.toString.call(second)).toBe("[object Promise]");
    expect(await Promise.all([first, second])).toStrictEqual([3, 7]);
    expect(storage.getStore()).toBe("context");
  });
});
