import { EventEmitter } from "node:events";
import { inspect } from "node:util";
import type { Handler, Session } from "@fourwire/session";
import { expect, it } from "vitest";
import { Signal } from "../src/index.ts";
import { Operation, ROOT } from "../src/operation.ts";
import { stage } from "./fixture.ts";

const SECRET = "the secret";

/** An object with a way to every kind of value, and a secret behind each thing that the rules hide. */
function createVault(reached: () => string): object {
  class Hidden {
    secret = SECRET;
    reveal(): string {
      return reached();
    }
    get revealed(): string {
      return reached();
    }
  }
  class Limb {
    _secret = SECRET;
    own = reached;
    hidden = new Hidden();
    data = { a: 1, reveal: reached };
    get length(): number {
      return this._secret.length;
    }
    method(): this {
      return this;
    }
    _reveal(): string {
      return reached();
    }
  }
  const limb = new Limb();
  const answer = Object.assign(() => 1, { secret: SECRET, data: { a: 1 }, reveal: reached, hidden: new Hidden() });
  const later = Object.assign(async () => 1, { secret: SECRET, data: { a: 1 }, reveal: reached });
  class Vault extends EventEmitter {
    static secret = SECRET;
    static reveal = reached;
    _secret = SECRET;
    own = reached;
    hidden = new Hidden();
    list = [1, new Hidden(), [new Hidden()], reached, { deep: [2] }];
    map = Object.assign(new Map<unknown, unknown>([["a", 1]]), { reveal: reached });
    set = new Set([1]);
    bytes = new Float32Array(3);
    // With a function in it, as plain data would cross whole.
    data = { a: { b: 1 }, hidden: new Hidden(), reveal: reached, _secret: SECRET };
    error = Object.assign(new Error("public"), { reveal: reached });
    date = Object.assign(new Date(0), { reveal: reached });
    moved = Object.assign(new Signal({ onError: reached }), { reveal: reached });
    readonly #secret = SECRET;
    get length(): number {
      return this.#secret.length;
    }
    /** What an accessor returns is given as a method's result is, so nothing hidden is in it. */
    get list2(): unknown {
      return this.list.filter((item) => typeof item === "number");
    }
    method(...args: unknown[]): number {
      return args.length;
    }
    giveLimb(): Limb {
      return limb;
    }
    giveFunctions(): unknown {
      return [answer, { later }, new Map([["bound", answer.bind(undefined)]])];
    }
    _reveal(): string {
      return reached();
    }
  }
  return new Vault();
}

const reachable = ["list", "list2", "map", "set", "bytes", "data", "error", "date", "moved", "length", "method"];
const givers = ["giveLimb", "giveFunctions"];
const hidden = ["own", "hidden", "_secret", "_reveal", "secret", "reveal", "revealed", "on", "emit", "_events"];
const inherited = [
  ...["constructor", "__proto__", "prototype", "toString", "valueOf", "hasOwnProperty", "__defineGetter__"],
  ...["call", "apply", "bind", "arguments", "caller", "name", "then", "stack", "message", "getTime"],
];
const ofCollections = [
  ...["0", "1", "2", "3", "4", "deep", "a", "b", "get", "set", "keys", "values", "entries", "size", "at", "length"],
  ...["slice", "push", "splice", "fill", "concat", "join", "with", "buffer", "forEach", "map", "sort", "connect"],
];
const names = [...new Set([...reachable, ...givers, ...hidden, ...inherited, ...ofCollections])];

/** What changes the object comes last, so that everything else is tried on the whole of it. */
const { GET, CONNECT, DISCONNECT, CONSTRUCT, CALL, SET } = Operation;
const operations = [GET, CONNECT, DISCONNECT, CONSTRUCT, CALL, SET];

/** Finds every path, up to a depth, at which there is an object with members. */
async function findObjects(
  session: Session,
  reference: number,
  path: readonly string[] = [],
): Promise<(readonly string[])[]> {
  if (path.length === 5) return [];
  const found = await session.call([Operation.DESCRIBE, reference, ...path], []).then(
    () => true,
    () => false,
  );
  if (!found) return [];
  const below: (readonly string[])[] = [];
  for (const name of names) below.push(...(await findObjects(session, reference, [...path, name])));
  return [path, ...below];
}

/** An end that notes the references which arrive, and gives them back as nothing but their numbers. */
class Finder implements Handler {
  readonly found = new Set<number>([ROOT]);
  readonly references: NonNullable<Handler["references"]> = {
    pack: () => undefined,
    arrive: (reference) => {
      this.found.add(reference);
      return { reference };
    },
    home: () => undefined,
    released: () => undefined,
  };

  call(): void {}
  notify(): void {}
}

it("finds no way to anything hidden, to a prototype or to a crash", { timeout: 60_000 }, async () => {
  let reached = 0;
  const vault = createVault(() => {
    reached += 1;
    return SECRET;
  });
  const prototypes = [Object.prototype, Function.prototype, Map.prototype, Array.prototype, Error.prototype];
  const before = inspect(prototypes, { showHidden: true });
  await using all = await stage(vault, { serve: { showStacks: false } });
  const finder = new Finder();
  const session = await all.open({ handler: () => finder });
  expect(await findObjects(session, ROOT)).toContainEqual(["list", "4", "deep"]);
  for (const giver of givers) await session.call(giver, []);
  // What is found on the way is searched as well, as the set goes on growing.
  for (const reference of finder.found) {
    expect(finder.found.size).toBeLessThan(50);
    const objects = await findObjects(session, reference);
    expect(objects.filter((path) => path.some((name) => hidden.includes(name)))).toStrictEqual([]);
    for (const operation of operations) {
      for (const args of [[1], ["constructor", "return 1"], [{ constructor: 1, toString: "own" }]]) {
        const targets = objects.flatMap((path) => names.map((name) => [operation, reference, ...path, name]));
        const answers = await Promise.allSettled(targets.map((target) => session.call(target, args)));
        const leaks = answers.flatMap((answer, index) => (leaksSecret(answer) ? [targets[index]] : []));
        expect(leaks).toStrictEqual([]);
        expect(reached).toBe(0);
      }
    }
  }
  // The limb, three functions, and the signal.
  expect(finder.found.size).toBeGreaterThan(5);
  expect(inspect(prototypes, { showHidden: true })).toBe(before);
  expect(await session.call("method", [1, 2])).toBe(2);
  await session.close();
});

function leaksSecret(answer: PromiseSettledResult<unknown>): boolean {
  if (answer.status === "rejected") return String(answer.reason).includes(SECRET);
  return inspect(answer.value, { depth: 20, showHidden: true }).includes(SECRET);
}
