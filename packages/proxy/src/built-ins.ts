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
