import { EventEmitter } from "node:events";
import { Server } from "node:net";
import { expect, it } from "vitest";
import { BuiltIns } from "../src/built-ins.ts";

it("knows every class of the platform, those included that are loaded when they are first read", () => {
  const builtIns = new BuiltIns();
  const classes = Object.getOwnPropertyNames(globalThis)
    .filter((name) => /^[A-Z]/.test(name))
    .map((name): unknown => Reflect.get(globalThis, name));
  const prototypes = [...classes, EventEmitter, Server].flatMap((type) =>
    typeof type === "function" && typeof type.prototype === "object" ? [type.prototype as object] : [],
  );
  expect(prototypes.length).toBeGreaterThan(50);
  expect(prototypes.filter((prototype) => !builtIns.has(prototype))).toEqual([]);
});

it("takes no other class for one of the platform's, whatever its name", () => {
  const builtIns = new BuiltIns();
  class Headers {}
  class Robot {}
  for (const type of [Robot, Headers, Robot]) expect(builtIns.has(type.prototype)).toBe(false);
  expect(builtIns.has(null)).toBe(false);
  expect(builtIns.has(globalThis.Headers.prototype)).toBe(true);
});
