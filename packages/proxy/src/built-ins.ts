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
  let builtIns: ReadonlySet<object> | undefined;
  return (value) => {
    builtIns ??= findBuiltIns();
    return typeof value !== "function" && builtIns.has(Object.getPrototypeOf(value));
  };
}

/** Collects the prototypes at which a class chain ends: the platform's own. */
export function findBuiltIns(): ReadonlySet<object> {
  const modules: object[] = [globalThis];
  if (typeof process === "object" && typeof process.getBuiltinModule === "function") {
    modules.push(...NODE_MODULES.map((name) => process.getBuiltinModule(`node:${name}`)).filter(isObject));
  }
  const types: unknown[] = modules.flatMap((module) => [module, ...classesOf(module)]);
  types.push(Object.getPrototypeOf(Uint8Array));
  const prototypes = types.flatMap((type) => (typeof type === "function" ? [type.prototype] : []));
  return new Set(prototypes.filter(isObject));
}

function classesOf(module: object): unknown[] {
  const names = Object.getOwnPropertyNames(module).filter((name) => /^[A-Z]/.test(name));
  return names.map((name) => Reflect.get(module, name));
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
