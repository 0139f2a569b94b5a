/**
 * The names of functions.
 *
 * @module
 */

/** Any function. */
export type AnyFunction = (...args: never[]) => unknown;

/** A class whose methods are called by name. */
export interface AnyClass {
  readonly name: string;
  readonly prototype: object;
}

/** The names of methods, which do not know their class: noted when the class, or an instance of it, is shown to the bus. */
const methodNames = new WeakMap<AnyFunction, string>();

/**
 * Lets the methods of a class be named as `Class.prototype.method` in calls.
 *
 * A function does not know which class it belongs to, so a process that calls
 * by it says so once; one that exposes an instance has. Also a class decorator.
 */
export function nameMethods(type: AnyClass): void {
  for (const [key, member] of methodsOf(type.prototype)) methodNames.set(member, `${type.name}.${key}`);
}

/** Names the functions of all classes of an object. */
export function nameMethodsOf(object: object): void {
  for (const prototype of prototypesOf(object)) nameMethods({ name: prototype.constructor.name, prototype });
}

/** Names a function: a method by its class, any other by its own name. Throws a `TypeError` when it has none. */
export function nameOf(target: string | AnyFunction): string {
  if (typeof target === "string") return target;
  const name = methodNames.get(target) ?? target.name;
  if (name === "") throw new TypeError("The function has no name; give it one, or expose and call it by a name");
  return name;
}

/** Yields the methods of a prototype, without running a getter. */
export function* methodsOf(prototype: object): Iterable<readonly [name: string, method: AnyFunction]> {
  for (const [key, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (key !== "constructor" && isFunction(value)) yield [key, value];
  }
}

/** Yields the prototypes of an object's own classes, the object's first. */
export function* prototypesOf(object: object): Iterable<object> {
  let prototype: unknown = Object.getPrototypeOf(object);
  while (typeof prototype === "object" && prototype !== null && prototype !== Object.prototype) {
    yield prototype;
    prototype = Object.getPrototypeOf(prototype);
  }
}

/** Says whether a value can be called. */
export function isFunction(value: unknown): value is AnyFunction {
  return typeof value === "function";
}
