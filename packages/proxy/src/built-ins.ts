/**
 * The platform's own classes, at which the chain of an object's classes ends.
 *
 * @module
 */

/** Modules of Node whose classes people extend or hold: their methods are not the served object's. */
const NODE_MODULES = [
  ...["events", "stream", "net", "tls", "dgram", "http", "http2", "child_process", "worker_threads"],
  ...["fs", "zlib", "readline", "crypto"],
];

/** Makes the test which objects are of the platform's own classes. It collects those when that is first asked. */
export function createBuiltInTest(): (value: object) => boolean {
  let builtIns: BuiltIns | undefined;
  return (value) => {
    builtIns ??= new BuiltIns();
    return typeof value !== "function" && builtIns.has(Object.getPrototypeOf(value));
  };
}

/** Says of prototypes whether they are the platform's own. */
export class BuiltIns {
  readonly #prototypes = new Set<object>();
  /**
   * Classes that the platform loads when they are first read, such as those of
   * `fetch`, which takes it longer than all else here. Nobody can have an
   * instance before that.
   */
  readonly #unread = new Set<string>();
  readonly #others = new WeakSet<object>();

  constructor() {
    this.#collect(globalThis);
    if (typeof process === "object" && typeof process.getBuiltinModule === "function") {
      for (const name of NODE_MODULES) this.#collect(process.getBuiltinModule(`node:${name}`));
    }
    this.#add(Object.getPrototypeOf(Uint8Array));
  }

  has(prototype: object | null): boolean {
    if (prototype === null) return false;
    return this.#prototypes.has(prototype) || (!this.#others.has(prototype) && this.#isUnread(prototype));
  }

  /** Says whether a prototype is that of a class which nobody had read before. */
  #isUnread(prototype: object): boolean {
    const type: unknown = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
    // It has the name of its global.
    if (typeof type === "function" && this.#unread.delete(type.name)) this.#add(Reflect.get(globalThis, type.name));
    if (this.#prototypes.has(prototype)) return true;
    this.#others.add(prototype);
    return false;
  }

  #collect(module: unknown): void {
    if (!isObject(module)) return;
    this.#add(module);
    for (const name of Object.getOwnPropertyNames(module)) {
      if (!/^[A-Z]/.test(name)) continue;
      if (module === globalThis && Object.getOwnPropertyDescriptor(module, name)?.get) this.#unread.add(name);
      else this.#add(Reflect.get(module, name));
    }
  }

  #add(type: unknown): void {
    if (typeof type === "function" && isObject(type.prototype)) this.#prototypes.add(type.prototype);
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
