/**
 * How a value crosses when it should not cross as its kind does.
 *
 * @module
 */

/** A value that crosses by reference whatever it is. */
export class ByReference {
  readonly target: object;

  constructor(target: object) {
    this.target = target;
  }
}

/** A class, as it is constructed. */
type Class = new (...args: unknown[]) => object;

/** Makes an instance of a class that was given by reference; nothing for anything else. The instance stays here. */
export function construct(given: unknown, args: readonly unknown[]): ByReference | undefined {
  const type = given instanceof ByReference ? given.target : undefined;
  return isClass(type) ? new ByReference(Reflect.construct(type, args)) : undefined;
}

/** Says whether a value is a class: its prototype is fixed, as no other function's is. */
function isClass(value: unknown): value is Class {
  return typeof value === "function" && Object.getOwnPropertyDescriptor(value, "prototype")?.writable === false;
}

/** The fields of an object, which cross by value although its class has methods. */
export class ByValue {
  constructor(fields: object) {
    Object.assign(this, fields);
  }
}

/**
 * Lets an object cross by reference: it stays here, and whoever receives it gets
 * a proxy. Functions and instances of classes with methods do so anyway.
 *
 * A class that is given so, and no other, can be constructed from there:
 * `await new remote.Table()` makes an instance that stays here.
 *
 * Throws a `TypeError` for what is no object.
 */
export function byReference<Value extends object>(value: Value): Value {
  const isObject = (typeof value === "object" && value !== null) || typeof value === "function";
  if (!isObject) throw new TypeError("byReference: expected an object");
  return disguise(new ByReference(value));
}

/**
 * Lets an object cross by value: a copy of its own fields, without its methods.
 * Plain data and instances of classes without methods do so anyway.
 */
export function byValue<Value extends object>(value: Value): Value {
  return disguise(new ByValue(value));
}

/** Gives a wrapper the type of what it wraps: it is only ever handed over. */
function disguise<Value>(wrapper: ByReference | ByValue): Value {
  const value: unknown = wrapper;
  return value as Value;
}
