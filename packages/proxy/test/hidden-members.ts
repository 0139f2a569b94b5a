/**
 * What nobody may reach of particular objects, beside what is probed on all of
 * them: each is a way in that was tried somewhere.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { EventEmitter } from "node:events";
import { createServer, Socket } from "node:net";
import { Readable } from "node:stream";
import { createGzip } from "node:zlib";
import { Signal } from "../src/index.ts";

/** A served root and a path in it that leads nowhere. */
export interface HiddenMember {
  readonly what: string;
  /** Makes the root; `reached` is called by whatever must not run. */
  readonly root: (reached: () => void) => object;
  readonly path: readonly string[];
  readonly expose?: readonly string[];
}

function method(): object {
  return new (class {
    hello(): string {
      return "hello";
    }
  })();
}

class Base {
  inheritedMethod(): void {}
  static staticMethod(): void {}
  static staticField = 1;
}

class Derived extends Base {
  field = 1;
}

class Emitter extends EventEmitter {
  emitted = 0;
}

class OddError extends Error {
  detail = 1;
  retry(): void {}
}

class OddDate extends Date {
  advance(): void {}
}

class Source extends Readable {
  own = 1;
}

const pastClasses: HiddenMember[] = [
  { what: "a static method", root: () => new Derived(), path: ["constructor", "staticMethod"] },
  { what: "a static field", root: () => new Derived(), path: ["constructor", "staticField"] },
  { what: "a static method by its bare name", root: () => new Derived(), path: ["staticMethod"] },
  { what: "the prototype's prototype", root: () => new Derived(), path: ["__proto__", "inheritedMethod"] },
  { what: "the constructor's constructor", root: method, path: ["hello", "constructor", "constructor"] },
  { what: "a class in a literal", root: (reached) => ({ Type: classWith(reached) }), path: ["Type", "create"] },
  { what: "a class in a literal, called", root: (reached) => ({ Type: classWith(reached) }), path: ["Type"] },
  { what: "Function in a literal", root: () => ({ Function }), path: ["Function"] },
];

const privates: HiddenMember[] = [
  { what: "a _method", root: (reached) => new (classOf({ _secret: reached }))(), path: ["_secret"] },
  { what: "a _method, exposed", root: (reached) => ({ _secret: reached }), path: ["_secret"], expose: ["_secret"] },
  { what: "a _field of a literal", root: () => ({ _secret: 1 }), path: ["_secret"] },
  { what: "a _field of nested data", root: () => ({ data: { _secret: 1 } }), path: ["data", "_secret"] },
  { what: "the root under an empty name", root: method, path: [""] },
  { what: "a field that is not enumerable", root: () => withHidden({ a: 1 }), path: ["hidden"] },
  { what: "a field of an instance that is not enumerable", root: () => withHidden(new Derived()), path: ["hidden"] },
];

const ownFunctions: HiddenMember[] = [
  { what: "an instance's own function", root: (reached) => withField(reached), path: ["field"] },
  { what: "an instance's own instance", root: () => withField(method()), path: ["field"] },
  { what: "a method of an instance's own instance", root: () => withField(method()), path: ["field", "hello"] },
  { what: "a function in nested data", root: (reached) => ({ data: { run: reached } }), path: ["data", "run"] },
  { what: "an instance in nested data", root: () => ({ data: { it: method() } }), path: ["data", "it", "hello"] },
  { what: "an instance in an array", root: () => withField([method()]), path: ["field", "0", "hello"] },
  { what: "a function in an array", root: (reached) => withField([reached]), path: ["field", "0"] },
  { what: "a function among an array's fields", root: (reached) => arrayWith(reached), path: ["field", "run"] },
  { what: "an instance behind two arrays", root: () => withField([[method()]]), path: ["field", "0", "0", "hello"] },
  { what: "a method of an own map's class", root: (reached) => withField(mapWith(reached)), path: ["field", "run"] },
  { what: "a path through a bound function", root: () => ({ bound: parseInt.bind(null) }), path: ["bound", "name"] },
  {
    what: "a path through a getter's function",
    root: () => new (classWithGetter(() => Function))(),
    path: ["it", "call"],
  },
];

const exposures: HiddenMember[] = [
  { what: "a method that is not exposed", root: method, path: ["hello"], expose: ["other"] },
  { what: "a field that is not exposed", root: () => ({ a: 1, b: 2 }), path: ["b"], expose: ["a"] },
  { what: "everything, when nothing is exposed", root: () => new Derived(), path: ["field"], expose: [] },
  { what: "a path that starts unexposed", root: () => ({ a: { b: 1 } }), path: ["a", "b"], expose: [] },
];

const builtIns: HiddenMember[] = [
  ...["on", "emit", "removeAllListeners", "listeners", "eventNames", "_events", "setMaxListeners"].map((name) => ({
    what: `${name} of an emitter`,
    root: () => new Emitter(),
    path: [name],
  })),
  ...["push", "destroy", "pipe", "read", "on"].map((name) => ({
    what: `${name} of a stream`,
    root: () => new Source(),
    path: [name],
  })),
  { what: "a method of a socket", root: () => ({ socket: new Socket() }), path: ["socket", "destroy"] },
  { what: "a method of a compressor", root: () => ({ it: createGzip() }), path: ["it", "close"] },
  { what: "a method of a hash", root: () => ({ it: createHash("sha256") }), path: ["it", "update"] },
  { what: "a field of a socket", root: () => ({ socket: new Socket() }), path: ["socket", "allowHalfOpen"] },
  { what: "a method of a server", root: () => ({ server: createServer() }), path: ["server", "listen"] },
  { what: "an own emitter without methods", root: () => withField(new Emitter()), path: ["field", "emitted"] },
  ...["then", "catch", "finally"].map((name) => ({
    what: `${name} of a promise`,
    root: () => new (classWithGetter(() => Promise.resolve(1)))(),
    path: ["it", name],
  })),
  ...["getTime", "setTime", "toJSON"].map((name) => ({
    what: `${name} of a date`,
    root: () => withField(new Date(0)),
    path: ["field", name],
  })),
  ...["stack", "message", "toString"].map((name) => ({
    what: `${name} of an error`,
    root: () => withField(new Error("no")),
    path: ["field", name],
  })),
  { what: "a method that an error's class adds", root: () => withField(new OddError()), path: ["field", "retry"] },
  { what: "a field that an error's class adds", root: () => withField(new OddError()), path: ["field", "detail"] },
  { what: "a method that a date's class adds", root: () => withField(new OddDate()), path: ["field", "advance"] },
  { what: "exec of a regular expression", root: () => ({ pattern: /a/ }), path: ["pattern", "exec"] },
  { what: "lastIndex of a regular expression", root: () => ({ pattern: /a/ }), path: ["pattern", "lastIndex"] },
  { what: "a byte of a buffer below", root: () => withField(new ArrayBuffer(8)), path: ["field", "byteLength"] },
];

const collections: HiddenMember[] = [
  ...["forEach", "constructor", "toString", "__proto__"].flatMap((name) => [
    { what: `${name} of a map`, root: () => ({ it: new Map() }), path: ["it", name] },
    { what: `${name} of a set`, root: () => ({ it: new Set() }), path: ["it", name] },
  ]),
  ...["map", "forEach", "sort", "filter", "reduce", "flatMap", "toString", "constructor"].flatMap((name) => [
    { what: `${name} of an array`, root: () => ({ it: [1] }), path: ["it", name] },
    { what: `${name} of a typed array`, root: () => ({ it: new Uint8Array(1) }), path: ["it", name] },
  ]),
  ...["buffer", "byteOffset", "copyWithin"].map((name) => ({
    what: `${name} of a typed array`,
    root: () => ({ it: new Uint8Array(1) }),
    path: ["it", name],
  })),
  ...["write", "writeUInt8", "parent", "swap16"].map((name) => ({
    what: `${name} of a Buffer`,
    root: () => ({ it: Buffer.alloc(4) }),
    path: ["it", name],
  })),
  ...["-1", "01", "1.5", "1e0", "NaN"].map((name) => ({
    what: `element ${name} of an array`,
    root: () => ({ it: [1, 2] }),
    path: ["it", name],
  })),
];

const signals: HiddenMember[] = ["emit", "connect", "size", "constructor"].flatMap((name) => [
  { what: `${name} of a signal`, root: () => ({ moved: new Signal() }), path: ["moved", name] },
  { what: `${name} of an own signal`, root: () => withField(new Signal()), path: ["field", name] },
  { what: `${name} of what works like a signal`, root: (reached) => duck(reached), path: ["moved", name] },
]);

/** A root that is a signal takes slots, at an empty path, and nothing else. */
const rootSignals: HiddenMember[] = ["emit", "connect", "disconnect", "size", "constructor"].map((name) => ({
  what: `${name} of a signal that is the root`,
  root: (reached) => new Signal({ onError: reached }),
  path: [name],
}));

export const hiddenMembers: readonly HiddenMember[] = [
  ...pastClasses,
  ...privates,
  ...ownFunctions,
  ...exposures,
  ...builtIns,
  ...collections,
  ...signals,
  ...rootSignals,
];

function classOf(methods: Record<string, () => void>): new () => object {
  const type = class {};
  Object.assign(type.prototype, methods);
  return type;
}

function classWith(reached: () => void): new () => object {
  return class {
    constructor() {
      reached();
    }
    static create(): void {
      reached();
    }
  };
}

function classWithGetter(get: () => unknown): new () => object {
  return class {
    get it(): unknown {
      return get();
    }
  };
}

function withField(value: unknown): object {
  const owner = new Base();
  return Object.assign(owner, { field: value });
}

function withHidden(owner: object): object {
  return Object.defineProperty(owner, "hidden", { value: 1, writable: true, enumerable: false });
}

function arrayWith(reached: () => void): object {
  return withField(Object.assign([1], { run: reached }));
}

function mapWith(reached: () => void): object {
  return new (class extends Map {
    run(): void {
      reached();
    }
  })();
}

function duck(reached: () => void): object {
  return { moved: { connect: reached, disconnect: reached, emit: reached } };
}
