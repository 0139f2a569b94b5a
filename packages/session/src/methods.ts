/**
 * Which objects are more than data.
 *
 * @module
 */

/** Says of objects whether their classes have methods, and remembers it by class. */
export class MethodFinder {
  readonly #known = new WeakMap<object, boolean>();

  /** Says whether a class that the value is an instance of has a method. */
  has(value: object): boolean {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (typeof prototype !== "object" || prototype === null) return false;
    const known = this.#known.get(prototype);
    if (known !== undefined) return known;
    const found = prototype !== Object.prototype && (hasOwnMethod(prototype) || this.has(prototype));
    this.#known.set(prototype, found);
    return found;
  }
}

/** Names the class of a value in messages. */
export function className(value: object): string {
  const type: unknown = value.constructor;
  return typeof type === "function" && type.name !== "" ? type.name : "an unnamed class";
}

function hasOwnMethod(prototype: object): boolean {
  return Object.entries(Object.getOwnPropertyDescriptors(prototype)).some(
    ([key, descriptor]) => key !== "constructor" && typeof descriptor.value === "function",
  );
}
