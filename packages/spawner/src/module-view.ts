/**
 * A module as an object that others can use.
 *
 * @module
 */

import { byReference } from "@fourwire/proxy";

/**
 * Makes an object that has a module's exports as its members: functions as
 * methods, classes as what can be constructed from elsewhere, everything else as
 * what it is at the moment.
 */
export function createModuleView(namespace: object): object {
  // A class of its own, as what a class declares is what may be reached.
  class Module {}
  for (const name of Object.keys(namespace)) {
    if (name !== "constructor") Object.defineProperty(Module.prototype, name, declare(namespace, name));
  }
  return new Module();
}

function declare(namespace: object, name: string): PropertyDescriptor {
  const value: unknown = Reflect.get(namespace, name);
  if (typeof value !== "function") return { get: () => Reflect.get(namespace, name) };
  if (isClass(value)) return { get: () => byReference(value) };
  const method = (...args: unknown[]): unknown => Reflect.apply(value, namespace, args);
  Object.defineProperty(method, "length", { value: value.length });
  return { value: method };
}

function isClass(value: object): boolean {
  return Object.getOwnPropertyDescriptor(value, "prototype")?.writable === false;
}
