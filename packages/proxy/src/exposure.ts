/**
 * What may be reached: the one place where a name from outside meets an object.
 *
 * @module
 */

import { collectionMembers, collectionMethod, isCollection, readIndex } from "./collection.ts";
import { isSignal } from "./signal.ts";

/** What a name leads to. */
export type Member =
  | { readonly kind: "method"; readonly arity: number; call(args: readonly unknown[]): unknown }
  | { readonly kind: "property"; get(): unknown; readonly set: ((value: unknown) => void) | undefined }
  /** A key that a plain object does not have yet. */
  | { readonly kind: "absent"; set(value: unknown): void };

/** A method as it is called. */
type Method = (this: unknown, ...args: unknown[]) => unknown;

/** A declaration found on a class. */
interface Declared {
  readonly method: Method | undefined;
  readonly descriptor: PropertyDescriptor;
}

/** Which members of the root are served. */
export interface ExposureOptions {
  /** Exactly these members of the root are reachable, own functions and objects included. Default: by the rules. */
  readonly expose?: readonly string[] | undefined;
}

/** Names that lead out of the object, whatever it is. */
const NEVER: ReadonlySet<string> = new Set(["constructor", "__proto__", "prototype"]);

/**
 * Finds members by the rules: methods and accessors of an object's classes up
 * to the first built-in one, own fields that hold plain data or a signal, the
 * fixed table of the collections. Never a name with a leading underscore, never
 * `constructor`, `__proto__`, `prototype`, never a symbol.
 */
export class Exposure {
  readonly #root: object;
  readonly #exposed: ReadonlySet<string> | undefined;
  readonly #classes = new WeakMap<object, ReadonlyMap<string, Declared>>();
  readonly #builtIns: ReadonlySet<object> = findBuiltIns();

  constructor(root: object, { expose }: ExposureOptions = {}) {
    this.#root = root;
    this.#exposed = expose && new Set(expose);
  }

  /** Finds a member of an object by name, without running any of its code. */
  member(owner: object, name: string): Member | undefined {
    if (!isReachableName(name)) return undefined;
    const isRoot = owner === this.#root;
    if (isRoot && this.#exposed && !this.#exposed.has(name)) return undefined;
    if (isCollection(owner)) return collectionMember(owner, name);
    if (isLiteral(owner)) return this.#field(owner, name, isRoot, !isRoot);
    const declared = this.#declared(owner).get(name);
    if (declared) return declaredMember(owner, declared);
    return this.#field(owner, name, isRoot && this.#exposed !== undefined, false);
  }

  /** Lists the names that `member` finds on an object. */
  names(owner: object): string[] {
    const names = new Set([...this.#declared(owner).keys(), ...Object.keys(owner)]);
    if (isCollection(owner)) for (const name of collectionMembers(owner).methods) names.add(name);
    return [...names].filter((name) => this.member(owner, name) !== undefined);
  }

  /** Finds an own field. `open`: it may hold a function or an object too. `extensible`: it may not exist yet. */
  #field(owner: object, name: string, open: boolean, extensible: boolean): Member | undefined {
    const descriptor = Object.getOwnPropertyDescriptor(owner, name);
    if (!descriptor) return extensible ? missingField(owner, name) : undefined;
    if (descriptor.get || descriptor.set) return declaredMember(owner, { method: undefined, descriptor });
    const value: unknown = descriptor.value;
    if (open && isMethod(value)) return methodMember(owner, value);
    if (!this.#mayHold(value, open)) return undefined;
    const settable = descriptor.writable === true && this.isData(value);
    return { kind: "property", get: () => value, set: settable ? (next) => setField(owner, name, next) : undefined };
  }

  #mayHold(value: unknown, open: boolean): boolean {
    return this.isData(value) || isSignal(value) || (open && typeof value === "object");
  }

  /** Says whether a value is plain data: what crosses by value. */
  isData(value: unknown): boolean {
    if (typeof value === "function" || typeof value === "symbol") return false;
    if (typeof value !== "object" || value === null) return true;
    if (isLiteral(value) || isCollection(value) || value instanceof Date || value instanceof Error) return true;
    return this.#declared(value).size === 0 && !this.#builtIns.has(Object.getPrototypeOf(value));
  }

  /** Collects what an object's classes declare, nearest first, up to the first built-in one; remembered per class. */
  #declared(owner: object): ReadonlyMap<string, Declared> {
    const prototype: unknown = Object.getPrototypeOf(owner);
    if (typeof prototype !== "object" || prototype === null || this.#builtIns.has(prototype)) return new Map();
    const known = this.#classes.get(prototype);
    if (known) return known;
    const found = new Map(this.#declared(prototype));
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      const method = isMethod(descriptor.value) ? descriptor.value : undefined;
      if (isReachableName(name) && (method || descriptor.get || descriptor.set))
        found.set(name, { method, descriptor });
    }
    this.#classes.set(prototype, found);
    return found;
  }
}

function declaredMember(owner: object, { method, descriptor }: Declared): Member | undefined {
  if (method) return methodMember(owner, method);
  const { get, set } = descriptor;
  if (!get && !set) return undefined;
  return {
    kind: "property",
    get: () => (get ? Reflect.apply(get, owner, []) : undefined),
    set: set && ((value) => void Reflect.apply(set, owner, [value])),
  };
}

function methodMember(owner: object, method: Method): Member {
  return { kind: "method", arity: method.length, call: (args) => Reflect.apply(method, owner, args) };
}

function missingField(owner: object, name: string): Member {
  return { kind: "absent", set: (value) => setField(owner, name, value) };
}

/** Sets an own field; a frozen object refuses. */
function setField(owner: object, name: string, value: unknown): void {
  if (!Reflect.set(owner, name, value)) throw new TypeError(`"${name}" cannot be set: the object is frozen`);
}

function collectionMember(owner: object, name: string): Member | undefined {
  if (!isCollection(owner)) return undefined;
  const method = collectionMethod(owner, name);
  if (method) return { kind: "method", arity: method.length, call: (args) => method(...args) };
  const index = readIndex(name);
  if (index === undefined) {
    if (!collectionMembers(owner).properties.has(name)) return undefined;
    return { kind: "property", get: () => Reflect.get(owner, name), set: undefined };
  }
  return elementMember(owner, index);
}

/** An element can be replaced, and one appended right behind the last. */
function elementMember(owner: object, index: number): Member | undefined {
  const length: unknown = Reflect.get(owner, "length");
  if (typeof length !== "number") return undefined;
  const settable = index < length || (Array.isArray(owner) && index === length);
  return {
    kind: "property",
    get: () => Reflect.get(owner, index),
    set: settable ? (value) => setField(owner, String(index), value) : undefined,
  };
}

function isReachableName(name: string): boolean {
  return !name.startsWith("_") && !NEVER.has(name);
}

function isLiteral(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function isMethod(value: unknown): value is Method {
  // A class is a function that cannot be called; its prototype is fixed, as no other function's is.
  return typeof value === "function" && Object.getOwnPropertyDescriptor(value, "prototype")?.writable !== false;
}

/** Collects the prototypes at which a class chain ends: the platform's own. */
function findBuiltIns(): ReadonlySet<object> {
  const candidates: unknown[] = Object.getOwnPropertyNames(globalThis)
    .filter((name) => /^[A-Z]/.test(name))
    .map((name) => Reflect.get(globalThis, name));
  if (typeof process === "object" && typeof process.getBuiltinModule === "function") {
    candidates.push(process.getBuiltinModule("node:events"), Object.getPrototypeOf(Uint8Array));
  }
  const prototypes = candidates.flatMap((type) => (typeof type === "function" ? [type.prototype] : []));
  return new Set(prototypes.filter((prototype) => typeof prototype === "object" && prototype !== null));
}
