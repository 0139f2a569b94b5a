/**
 * Values of every kind that crosses; the session's own tests have them all.
 *
 * @module
 */

export const values: readonly { readonly name: string; readonly value: unknown }[] = [
  { name: "undefined", value: undefined },
  { name: "null", value: null },
  { name: "NaN", value: Number.NaN },
  { name: "infinity", value: Number.NEGATIVE_INFINITY },
  { name: "negative zero", value: -0 },
  { name: "2 ** 53 + 1 as a bigint", value: 2n ** 53n + 1n },
  { name: "text", value: "grüße 🚀" },
  { name: "a date", value: new Date(0) },
  { name: "a map", value: new Map<unknown, unknown>([[{ key: 1 }, new Set([1, "two"])]]) },
  { name: "small bytes", value: new Uint8Array([1, 2, 3]) },
  { name: "large bytes", value: { within: new Float64Array(2_000).fill(0.5) } },
  { name: "nested data", value: { list: [1, [2, { three: true }]], empty: {}, nothing: undefined } },
];
