/**
 * How values cross: the one table that the rules, at run time and in types, are
 * held against.
 *
 * @module
 */

import { Signal } from "../src/index.ts";

/** How a value crosses. */
export type Crosses = "value" | "reference" | "stream" | "not";

/** A kind of value. */
export interface Kind<Value> {
  readonly what: string;
  readonly crosses: Crosses;
  /** Makes one. */
  readonly make: () => Value;
}

class WithMethod {
  readonly #own = 1;
  x = 1;
  read(): number {
    return this.#own;
  }
}

class Heir extends WithMethod {}

class WithoutMethods {
  x = 1;
  readonly #own = 1;
  static isOwn(value: object): boolean {
    return #own in value;
  }
}

class OwnError extends RangeError {
  override readonly name = "OwnError";
}

function kind<const How extends Crosses, Value>(crosses: How, what: string, make: () => Value) {
  return { what, crosses, make } as const;
}

async function* count(): AsyncGenerator<number> {
  yield 1;
}

export const crossingTable = {
  undefined: kind("value", "undefined", () => undefined),
  null: kind("value", "null", () => null),
  boolean: kind("value", "a boolean", () => true),
  number: kind("value", "a number", () => 1.5),
  bigint: kind("value", "a bigint", () => 2n ** 70n),
  string: kind("value", "a string", () => "text"),
  date: kind("value", "a date", () => new Date(0)),
  error: kind("value", "an error", () => new RangeError("no")),
  ownError: kind("value", "an error of an own class", () => new OwnError("no")),
  bytes: kind("value", "bytes", () => new Uint8Array([1, 2])),
  floats: kind("value", "a typed array", () => new Float64Array([0.5])),
  array: kind("value", "an array", () => [1, 2]),
  map: kind("value", "a map", () => new Map([["a", 1]])),
  set: kind("value", "a set", () => new Set([1])),
  record: kind("value", "a plain object", () => ({ a: { b: [1] } })),
  plainInstance: kind("value", "an instance of a class without methods", () => new WithoutMethods()),
  instance: kind("reference", "an instance of a class with a method", () => new WithMethod()),
  heir: kind("reference", "an instance of a class that inherits a method", () => new Heir()),
  signal: kind("reference", "a signal", () => new Signal<[number]>()),
  function: kind("reference", "a function", () => (x: number) => x + 1),
  asyncFunction: kind("reference", "an asynchronous function", () => async (x: number) => x + 1),
  generator: kind("stream", "an async generator", () => count()),
  webStream: kind("stream", "a web stream", () => new Blob(["a"]).stream()),
} as const satisfies Readonly<Record<string, Kind<unknown>>>;

export { WithMethod };
