import fc from "fast-check";
import { expect, it } from "vitest";
import { set } from "../src/index.ts";
import { stage } from "./fixture.ts";

const runs = process.env.FOURWIRE_SIZE === "full" ? 20_000 : 200;

/** Dates cross as seconds in a 64-bit float, which holds milliseconds for the next 30,000 years. */
const dates = { min: new Date(-1e15), max: new Date(1e15) };

const { value: anything } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(fc.constantFrom(undefined, null, -0, Number.NaN, Number.POSITIVE_INFINITY), fc.boolean()),
    fc.oneof(fc.double(), fc.integer(), fc.bigInt({ min: -(2n ** 128n), max: 2n ** 128n })),
    fc.oneof(fc.string({ unit: "binary" }), fc.date(dates), fc.uint8Array(), fc.float64Array()),
    fc.array(tie("value"), { maxLength: 5 }),
    fc.dictionary(
      fc.string().filter((key) => key !== "__proto__"),
      tie("value"),
      { maxKeys: 5, noNullPrototype: true },
    ),
    fc.array(fc.tuple(tie("value"), tie("value")), { maxLength: 3 }).map((entries) => new Map(entries)),
    fc.array(tie("value"), { maxLength: 3 }).map((items) => new Set(items)),
  ),
}));

it("gives back whatever it was given: as result and as property", async () => {
  const served = { held: undefined as unknown, echo: (...values: unknown[]) => values };
  await using all = await stage(served);
  await fc.assert(
    fc.asyncProperty(fc.array(anything, { maxLength: 4 }), async (values) => {
      expect(await all.proxy.echo(...values)).toStrictEqual(values);
      await set(all.proxy, "held", values);
      expect(served.held).toStrictEqual(values);
      expect(await all.proxy.held).toStrictEqual(values);
    }),
    { numRuns: runs },
  );
});
