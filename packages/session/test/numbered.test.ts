import { describe, expect, it } from "vitest";
import { Numbered } from "../src/numbered.ts";

describe("entries by number", () => {
  it("are found by their number alone, and once taken are gone", () => {
    const entries = new Numbered<string>();
    entries.add(1, "one");
    entries.add(17, "seventeen");
    expect([entries.get(1), entries.get(17), entries.get(33), entries.has(33)]).toStrictEqual([
      "one",
      "seventeen",
      undefined,
      false,
    ]);
    expect([entries.take(1), entries.take(1), entries.take(17), entries.size]).toStrictEqual([
      "one",
      undefined,
      "seventeen",
      0,
    ]);
  });

  it("agree with a Map, whatever comes and goes in whichever order", () => {
    const entries = new Numbered<number>();
    const expected = new Map<number, number>();
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    for (let number = 1; number <= 20_000; number += 1) {
      entries.add(number, number * 2);
      expected.set(number, number * 2);
      // Mostly a recent one goes, sometimes any, sometimes none: a few stay very long.
      const gone = random(8) === 0 ? random(number) : number - random(40);
      if (random(20) > 0) {
        expect(entries.take(gone)).toBe(expected.get(gone));
        expected.delete(gone);
      }
      expect(entries.size).toBe(expected.size);
    }
    expect(expected.size).toBeGreaterThan(1_000);
    for (const [number, entry] of expected) expect(entries.get(number)).toBe(entry);
    expect(entries.clear()).toStrictEqual([...expected.values()]);
    expect([entries.size, entries.get(20_000)]).toStrictEqual([0, undefined]);
  });

  it("take numbers beyond 32 bits, also ones that share all their lower bits", () => {
    const entries = new Numbered<number>();
    const numbers = Array.from({ length: 50 }, (_, index) => (index + 1) * 2 ** 40);
    for (const number of numbers) entries.add(number, number);
    expect(numbers.map((number) => entries.take(number))).toStrictEqual(numbers);
    expect(entries.size).toBe(0);
  });
});
