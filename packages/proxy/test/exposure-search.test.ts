import { EventEmitter } from "node:events";
import { inspect } from "node:util";
import type { Session } from "@fourwire/session";
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
    get list2(): unknown {
      return this.list;
    }
    method(...args: unknown[]): number {
      return args.length;
    }
    _reveal(): string {
      return reached();
    }
  }
  return new Vault();
}

const reachable = ["list", "list2", "map", "set", "bytes", "data", "error", "date", "moved", "length", "method"];
const hidden = ["own", "hidden", "_secret", "_reveal", "secret", "reveal", "revealed", "on", "emit", "_events"];
const inherited = [
  ...["constructor", "__proto__", "prototype", "toString", "valueOf", "hasOwnProperty", "__defineGetter__"],
  ...["call", "apply", "bind", "arguments", "caller", "name", "then", "stack", "message", "getTime"],
];
const ofCollections = [
  ...["0", "1", "2", "3", "4", "deep", "a", "b", "get", "set", "keys", "values", "entries", "size", "at", "length"],
  ...["slice", "push", "splice", "fill", "concat", "join", "with", "buffer", "forEach", "map", "sort", "connect"],
];
const names = [...new Set([...reachable, ...hidden, ...inherited, ...ofCollections])];

/** Finds every path, up to a depth, at which there is an object with members. */
async function findObjects(session: Session, path: readonly string[] = []): Promise<(readonly string[])[]> {
  if (path.length === 5) return [];
  const found = await session.call([Operation.DESCRIBE, ROOT, ...path], []).then(
    () => true,
    () => false,
  );
  if (!found) return [];
  const below: (readonly string[])[] = [];
  for (const name of names) below.push(...(await findObjects(session, [...path, name])));
  return [path, ...below];
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
  const session = await all.open();
  const objects = await findObjects(session);
  expect(objects).toContainEqual(["list", "4", "deep"]);
  expect(objects.filter((path) => path.some((name) => hidden.includes(name)))).toStrictEqual([]);
  // What changes the object comes last, so that everything else is tried on the whole of it.
  const operations = [Operation.GET, Operation.CONNECT, Operation.DISCONNECT, Operation.CALL, Operation.SET];
  for (const operation of operations) {
    for (const args of [[1], ["constructor", "return 1"], [{ constructor: 1, toString: "own" }]]) {
      const targets = objects.flatMap((path) => names.map((name) => [operation, ROOT, ...path, name]));
      const answers = await Promise.allSettled(targets.map((target) => session.call(target, args)));
      const leaks = answers.flatMap((answer, index) => (leaksSecret(answer) ? [targets[index]] : []));
      expect(leaks).toStrictEqual([]);
      expect(reached).toBe(0);
    }
  }
  expect(inspect(prototypes, { showHidden: true })).toBe(before);
  expect(await session.call("method", [1, 2])).toBe(2);
  await session.close();
});

function leaksSecret(answer: PromiseSettledResult<unknown>): boolean {
  if (answer.status === "rejected") return String(answer.reason).includes(SECRET);
  return inspect(answer.value, { depth: 20, showHidden: true }).includes(SECRET);
}
