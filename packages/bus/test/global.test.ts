import { bus, expose, init, publish, queue, remove, rpc, shutdown, stub, subscribe } from "@fourwire/bus/global";
import * as pymq from "@fourwire/bus/pymq-names";
import { memory } from "@fourwire/transport/memory";
import { afterEach, describe, expect, it } from "vitest";
import { Collected, rejectsWith } from "./kit.ts";

class Started {
  readonly at: number;
  constructor(at: number) {
    this.at = at;
  }
}

function productRemote(a: number, b: number): number {
  return a * b;
}

afterEach(async () => {
  await shutdown();
});

describe("the global bus", () => {
  it("makes what was registered before init, and again after shutdown and another init [pymq-22]", async () => {
    const seen = new Collected<unknown>();
    const unsubscribe = await subscribe("news", seen.add);
    await expose(productRemote);
    for (const news of [1, 2]) {
      await using transport = memory();
      await init({ transport });
      await publish("news", news, { requireReceiver: true });
      expect(await stub<typeof productRemote>("productRemote")(news, 4)).toBe(news * 4);
      expect(await rpc("productRemote", 2, 4)).toMatchObject([{ result: 8 }]);
      await shutdown();
    }
    expect(await seen.until(2)).toEqual([1, 2]);
    await unsubscribe();
    await remove(productRemote);
    await using transport = memory();
    await init({ transport });
    expect(await publish("news", 3)).toEqual({ receivers: 0 });
    expect(await rpc("productRemote", 2, 4)).toEqual([]);
  });

  it("has a queue, and says so when it is not open or open twice", async () => {
    expect(() => queue("work")).toThrow("call init first");
    await rejectsWith("CLOSED", publish("news", 1));
    await using transport = memory();
    await init({ transport });
    await queue("work").put(1);
    expect(await queue("work").get()).toBe(1);
    await rejectsWith("DUPLICATE", init({ transport }));
    expect((await bus().stats()).published).toBe(0);
  });
});

describe("PyMQ's names", () => {
  it("do what they do in Python", async () => {
    await using transport = memory();
    await pymq.init({ transport });
    const seen = new Collected<unknown>();
    await pymq.subscribe(seen.add, Started);
    expect(await pymq.publish(new Started(7))).toBe(1);
    expect((await seen.until(1))[0]).toBeInstanceOf(Started);
    await pymq.unsubscribe(seen.add);
    expect(await pymq.publish({ at: 8 }, "Started")).toBe(0);
    const work = pymq.queue<string>("work");
    await work.put("obj");
    expect([await work.qsize(), await work.get(), await work.empty()]).toEqual([1, "obj", true]);
    await rejectsWith("EMPTY", work.get_nowait());
    await rejectsWith("EMPTY", work.get(true, 0.02));
    expect(await pymq.stub("productRemote")(2, 4)).toBeUndefined();
    await pymq.expose(productRemote);
    expect(await pymq.stub(productRemote)(2, 4)).toBe(8);
    expect(await pymq.stub("productRemote", { multi: true })(2, 4)).toEqual([8]);
    expect(await pymq.rpc("productRemote", 2, 4)).toMatchObject([{ result: 8 }]);
    await pymq.unexpose("productRemote");
    expect(await pymq.rpc("productRemote", 2, 4)).toEqual([]);
  });
});
