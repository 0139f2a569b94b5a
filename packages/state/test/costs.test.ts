import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { memory } from "@fourwire/transport/memory";
import { describe, expect, it } from "vitest";
import { type Anything, type Stage, stage } from "./fixture.ts";
import { sized } from "./size.ts";
import { counted } from "./taps.ts";

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

/** Returns the bytes of everything that is still held. */
function heldBytes(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

/** Returns what a server sends while something happens. */
async function bytesOf(beside: Anything, run: (place: Stage<Anything>) => Promise<void>) {
  const { transport, sent } = counted(memory());
  await using place = await stage({ transport, serve: { namespaces: { default: { initial: { n: 0, ...beside } } } } });
  const before = sent();
  await run(place);
  return sent() - before;
}

const crowd = {
  large: "x".repeat(1_000_000),
  ...Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`key-${index}`, index])),
};

describe("what a state costs", () => {
  it("does not grow by reads, however many [zproc-12]", { timeout: 120_000 }, async () => {
    const reads = sized(20_000, 100_000);
    await using place = await stage({ serve: { namespaces: { default: { initial: crowd } } } });
    const { state } = place;
    const read = async (count: number): Promise<void> => {
      for (let done = 0; done < count; done += 50) {
        await Promise.all(Array.from({ length: 50 }, (_, index) => state.get(`key-${index}`)));
      }
    };
    await read(5_000);
    const before = heldBytes();
    await read(reads);
    // ZProc kept 17 kB of such a state for each.
    expect(heldBytes() - before).toBeLessThan(20 * reads);
    expect((await state.head()).revision).toBe(0);
  });

  it.each<[string, (place: Stage<Anything>) => Promise<void>]>([
    ["a read", async ({ state }) => expect(await state.get("n")).toBe(0)],
    ["a write", async ({ state }) => state.set("n", 1)],
    [
      "a wake-up",
      async ({ state }) => {
        const woken = state.nextChange({ keys: ["n"] });
        await state.head();
        await state.set("n", 1);
        await woken;
      },
    ],
    [
      "a watch",
      async ({ state }) => {
        const watch = state.changes({ from: "snapshot", keys: ["n"] });
        expect((await watch.next()).value).toMatchObject({ kind: "snapshot", value: { n: 0 } });
        await state.set("n", 1);
        expect((await watch.next()).value).toMatchObject({ kind: "change" });
        await watch.return?.();
      },
    ],
  ])("of %s are the same bytes, whatever is beside it [zproc-13]", async (_, run) => {
    const alone = await bytesOf({}, run);
    expect(alone).toBeGreaterThan(0);
    expect(await bytesOf(crowd, run)).toBe(alone);
  });
});
