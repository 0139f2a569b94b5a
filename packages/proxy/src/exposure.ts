/**
 * What may be reached: the one place where a name from outside meets an object.
 *
 * @module
 */

import { SessionError } from "@fourwire/session";
import { BuiltIns } from "./built-ins.ts";
import { type Collection, collectionMembers, collectionMethod, isCollection, readIndex } from "./collection.ts";
import { ByReference, isClass } from "./crossing.ts";
import { isLiteral, isReachableName } from "./plain.ts";
import type { Member, Rules } from "./rules.ts";
import { isSignal, Signal } from "./signal.ts";

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

const NO_MEMBERS = { methods: [], properties: [] } as const;

/**
 * Finds members by the rules: methods and accessors of an object's classes up
 * to the first built-in one, own fields that hold plain data or a signal, the
 * fixed table of the collections. Never a name with a leading underscore, never
 * `constructor`, `__proto__`, `prototype`, never a symbol. Dates and errors have
 * none; nor has a signal, to which slots connect, and whatever else is done to
 * it is its owner's to do.
 */
export class Exposure implements Rules {
  readonly relays = true;
  readonly #roots = new WeakSet<object>();
  readonly #exposed: ReadonlySet<string> | undefined;
  readonly #classes = new WeakMap<object, ReadonlyMap<string, Declared>>();
  readonly #records = new WeakMap<object, boolean>();
  readonly #builtIns = new BuiltIns();

  constructor(root: object, { expose }: ExposureOptions = {}) {
    this.#roots.add(root);
    this.#exposed = expose && new Set(expose);
  }

  /** Takes a further object for a root, for which `expose` holds. */
  admit(root: object): object {
    this.#roots.add(root);
    return root;
  }

  /** Finds a member of an object by name, without running any of its code. */
  member(owner: object, name: string): Member | undefined {
    if (!isReachableName(name)) return undefined;
    const isRoot = this.#roots.has(owner);
    if (isRoot && this.#exposed && !this.#exposed.has(name)) return undefined;
    if (hasNoMembers(owner, isRoot)) return undefined;
    if (isLiteral(owner)) return this.#field(owner, name, isRoot, !isRoot);
    const found = this.#declaredMember(owner, name) ?? this.#collectionMember(owner, name, isRoot);
    if (found || this.#builtIns.has(Object.getPrototypeOf(owner))) return found;
    return this.#field(owner, name, isRoot && this.#exposed !== undefined, false);
  }

  /** Lists the names that `member` finds on an object. */
  names(owner: object): string[] {
    const { methods, properties } = isCollection(owner) ? collectionMembers(owner) : NO_MEMBERS;
    // The elements of an array are its value; its members are the same for all arrays.
    const fields = Array.isArray(owner) || ArrayBuffer.isView(owner) ? [] : Object.keys(owner);
    const names = new Set([...this.#declared(owner).keys(), ...fields, ...methods, ...properties]);
    return [...names].filter((name) => this.member(owner, name) !== undefined);
  }

  /** Finds what a class declares, unless an own field hides it, as it does for those who have the object. */
  #declaredMember(owner: object, name: string): Member | undefined {
    const declared = this.#declared(owner).get(name);
    const own = declared && Object.getOwnPropertyDescriptor(owner, name);
    if (!own) return declared && declaredMember(owner, declared);
    return declared.method && isMethod(own.value) ? methodMember(owner, own.value) : undefined;
  }

  #collectionMember(owner: object, name: string, open: boolean): Member | undefined {
    if (!isCollection(owner)) return undefined;
    const index = readIndex(name);
    if (index === undefined) return collectionMember(owner, name);
    return this.#mayHold(Reflect.get(owner, index), open) ? elementMember(owner, index) : undefined;
  }

  /** Finds an own field. `open`: it may hold a function or an object too. `extensible`: it may not exist yet. */
  #field(owner: object, name: string, open: boolean, extensible: boolean): Member | undefined {
    const descriptor = Object.getOwnPropertyDescriptor(owner, name);
    if (!descriptor) return extensible ? missingField(owner, name) : undefined;
    if (!descriptor.enumerable) return undefined;
    if (descriptor.get || descriptor.set) return declaredMember(owner, { method: undefined, descriptor });
    const value: unknown = descriptor.value;
    if (open && isMethod(value)) return methodMember(owner, value);
    if (!this.#mayHold(value, open)) return undefined;
    const set = (next: unknown): void => setField(owner, name, next);
    return { kind: "property", plain: !open, get: () => value, set: this.#isSettable(descriptor) ? set : undefined };
  }

  /** What is held as it is stays: a signal has slots, an instance and what is given by reference their users. */
  #isSettable({ writable, value }: PropertyDescriptor): boolean {
    return writable === true && this.isData(value) && !isSignal(value) && !(value instanceof ByReference);
  }

  #mayHold(value: unknown, open: boolean): boolean {
    return this.isData(value) || isSignal(value) || (open && typeof value === "object");
  }

  /** Everything is sent as itself. */
  unwrap(value: object): object {
    return value;
  }

  /** Says whether an object is an instance of one of the platform's own classes, a function apart. */
  isBuiltIn(value: object): boolean {
    return typeof value !== "function" && this.#builtIns.has(Object.getPrototypeOf(value));
  }

  /** Says whether a value is plain data: what crosses by value. */
  isData(value: unknown): boolean {
    if (typeof value === "function" || typeof value === "symbol") return false;
    if (typeof value !== "object" || value === null) return true;
    if (isCollection(value)) return this.#declared(value).size === 0;
    return value instanceof Date || value instanceof Error || this.#isRecord(value);
  }

  /** Returns a value that is plain data all through. Throws `NOT_SERIALIZABLE` for one that holds something else. */
  requirePlain(value: unknown, name: string): unknown {
    if (isSignal(value)) return value;
    for (const part of partsOf(value)) {
      if (!(this.isData(part) || part instanceof ByReference)) {
        const message = `"${name}" holds what is not plain data; expose it, or give it by a method`;
        throw new SessionError("NOT_SERIALIZABLE", message);
      }
    }
    return value;
  }

  /** Says whether an object is nothing but its fields: its classes declare nothing and extend no built-in one. */
  #isRecord(value: object): boolean {
    if (isLiteral(value)) return true;
    const prototype: object = Object.getPrototypeOf(value);
    if (this.#builtIns.has(prototype)) return false;
    const known = this.#records.get(prototype);
    if (known !== undefined) return known;
    const found = Reflect.ownKeys(prototype).every((key) => key === "constructor") && this.#isRecord(prototype);
    this.#records.set(prototype, found);
    return found;
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

/** Walks a value and all that is in it, each once. */
function* partsOf(value: unknown): Generator<unknown> {
  const seen = new Set<unknown>();
  const waiting = [value];
  while (waiting.length > 0) {
    const part = waiting.pop();
    yield part;
    if (typeof part !== "object" || part === null || seen.has(part)) continue;
    seen.add(part);
    waiting.push(...childrenOf(part));
  }
}

function childrenOf(value: object): readonly unknown[] {
  if (ArrayBuffer.isView(value)) return [];
  if (value instanceof Map) return [...value.keys(), ...value.values()];
  return value instanceof Set ? [...value] : Object.values(value);
}

function declaredMember(owner: object, { method, descriptor }: Declared): Member | undefined {
  if (method) return methodMember(owner, method);
  const { get, set } = descriptor;
  if (!get && !set) return undefined;
  return {
    kind: "property",
    plain: false,
    get: () => (get ? Reflect.apply(get, owner, []) : undefined),
    set: set && ((value) => void Reflect.apply(set, owner, [value])),
  };
}

function methodMember(owner: object, method: Method): Member {
  return { kind: "method", plain: false, arity: method.length, call: (args) => Reflect.apply(method, owner, args) };
}

function missingField(owner: object, name: string): Member {
  return { kind: "absent", set: (value) => setField(owner, name, value) };
}

/** Says whether an object is a function, a value as a whole, whatever its class adds, or a signal. */
function hasNoMembers(owner: object, isRoot: boolean): boolean {
  // A root that only works like a signal is served for its methods.
  if (isRoot) return owner instanceof Signal;
  return typeof owner === "function" || owner instanceof Date || owner instanceof Error || isSignal(owner);
}

/** Sets an own field; a frozen object refuses. */
function setField(owner: object, name: string, value: unknown): void {
  if (!Reflect.set(owner, name, value)) throw new TypeError(`"${name}" cannot be set: the object is frozen`);
}

function collectionMember(owner: Collection, name: string): Member | undefined {
  const method = collectionMethod(owner, name);
  if (method) return { kind: "method", plain: true, arity: method.length, call: (args) => method(...args) };
  if (!collectionMembers(owner).properties.has(name)) return undefined;
  return { kind: "property", plain: true, get: () => Reflect.get(owner, name), set: undefined };
}

/** An element can be replaced, and one appended right behind the last. */
function elementMember(owner: object, index: number): Member | undefined {
  const length: unknown = Reflect.get(owner, "length");
  if (typeof length !== "number") return undefined;
  const settable = index < length || (Array.isArray(owner) && index === length);
  return {
    kind: "property",
    plain: true,
    get: () => Reflect.get(owner, index),
    set: settable ? (value) => setField(owner, String(index), value) : undefined,
  };
}

function isMethod(value: unknown): value is Method {
  // A class is a function that cannot be called.
  return typeof value === "function" && !isClass(value);
}
