import { named } from "@fourwire/bus";
import { describe, expect, it } from "vitest";
import { join } from "./kit.ts";
import { media } from "./transports.ts";

describe.each(media)("calls over $name", ({ create }) => {
  it("with the same key have the reply of the first, within the window", async () => {
    await using medium = await create();
    await using bus = await join(medium);
    let runs = 0;
    const fn = async (): Promise<number> => {
      runs += 1;
      return runs;
    };
    await bus.expose("pay", fn);
    await bus.expose("forgetful", fn, { replyWindowMs: 0 });
    const pay = bus.stub<typeof fn>("pay", { idempotencyKey: "order-1" });
    expect(await Promise.all([pay(), pay()])).toEqual([1, 1]);
    expect(await pay.with({ idempotencyKey: "order-2" })()).toBe(2);
    const forgetful = bus.stub<typeof fn>("forgetful", { idempotencyKey: "order-1" });
    expect([await forgetful(), await forgetful()]).toEqual([3, 4]);
  });

  it("take arguments by name where the parameters are known", async () => {
    await using medium = await create();
    await using bus = await join(medium);
    const minus = (a: number, b: number, c = 0): number => a - b - c;
    await bus.expose("minus", minus, { parameters: ["a", "b", "c"] });
    await bus.expose("nameless", minus);
    const stub = bus.stub<typeof minus>("minus");
    expect(await stub(named({ b: 2, a: 5 }))).toBe(3);
    expect(await stub(5, named({ c: 1, b: 2 }))).toBe(2);
    await expect(stub(named({ d: 1 }))).rejects.toThrow('no parameter "d"');
    await expect(stub(5, named({ a: 1 }))).rejects.toThrow("twice");
    await expect(bus.stub("nameless")(named({ a: 1 }))).rejects.toThrow("without parameters");
  });
});
