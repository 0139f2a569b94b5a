/**
 * The objects that are probed, one of each kind.
 *
 * @module
 */

import { EventEmitter } from "node:events";
import { Signal } from "../src/index.ts";

/** What must not run, whatever is asked. */
export type Reached = () => void;

/** An object of one kind. */
export interface ProbedKind {
  readonly what: string;
  /** A method or an accessor of it, to try what is behind. */
  readonly method: string;
  make(reached: Reached): object;
}

/** Adds what the rules hide: own functions and instances, and what begins with an underscore. */
function withSecrets<Owner extends object>(owner: Owner, reached: Reached): Owner {
  class Hidden {
    reveal(): void {
      reached();
    }
  }
  const own = Object.assign(() => reached(), { secret: 1 });
  const hidden = { own, hidden: new Hidden(), _secret: "secret", __secret: "secret", _reveal: reached };
  Object.defineProperty(owner, "concealed", { value: "secret", enumerable: false });
  return Object.assign(owner, hidden);
}

function instance(reached: Reached): object {
  class Base {
    static readonly secret = "secret";
    static create(): void {
      reached();
    }
    inherited(): string {
      return "inherited";
    }
  }
  class Instance extends Base {
    readonly #secret = "secret";
    data = { a: 1 };
    get size(): number {
      return this.#secret.length;
    }
    hello(): string {
      return "hello";
    }
  }
  return withSecrets(new Instance(), reached);
}

class Emitter extends EventEmitter {
  hello(): string {
    return "hello";
  }
}

class Numbers extends Map<string, number> {
  total(): number {
    return this.size;
  }
}

export const probedKinds: readonly ProbedKind[] = [
  { what: "instance of a class", method: "hello", make: instance },
  { what: "literal", method: "hello", make: () => ({ hello: () => "hello", data: { a: 1 }, _secret: "secret" }) },
  {
    what: "object without a prototype",
    method: "hello",
    make: () => Object.assign(Object.create(null), { hello: () => 1 }),
  },
  { what: "`Map`", method: "get", make: (reached) => withSecrets(new Map([["constructor", 1]]), reached) },
  {
    what: "class that extends `Map`",
    method: "total",
    make: (reached) => withSecrets(new Numbers([["a", 1]]), reached),
  },
  { what: "`Set`", method: "has", make: (reached) => withSecrets(new Set(["constructor"]), reached) },
  { what: "array", method: "at", make: (reached) => withSecrets([1, 2], reached) },
  { what: "typed array", method: "at", make: (reached) => withSecrets(new Float32Array(2), reached) },
  { what: "`Buffer`", method: "at", make: (reached) => withSecrets(Buffer.alloc(4), reached) },
  { what: "function", method: "call", make: (reached) => withSecrets(() => "called", reached) },
  { what: "`Date`", method: "getTime", make: (reached) => withSecrets(new Date(0), reached) },
  { what: "`Error`", method: "toString", make: (reached) => withSecrets(new RangeError("no"), reached) },
  { what: "`Signal`", method: "connect", make: (reached) => withSecrets(new Signal({ onError: reached }), reached) },
  {
    what: "class that extends `EventEmitter`",
    method: "hello",
    make: (reached) => withSecrets(new Emitter(), reached),
  },
];
