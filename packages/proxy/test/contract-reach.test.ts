import { inspect } from "node:util";
import { openSession } from "@fourwire/session";
import { memory } from "@fourwire/transport/memory";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { connect, defineContract, method, property, Signal, serve, signal } from "../src/index.ts";
import { Operation, ROOT } from "../src/operation.ts";

const SECRET = "the secret";

class Inner {
  secret = SECRET;
  reveal(): string {
    return SECRET;
  }
}

/** What a schema lets through that lets everything through. */
const anything = z.custom<unknown>(() => true);

const inner = defineContract({ known: method([], z.number()) });

const contract = defineContract({
  known: method([], z.number()),
  give: method([], anything),
  giveInner: method([], inner),
  giveFunction: method([], anything),
  giveForeign: method([], anything),
  giveRoot: method([], inner),
  data: property(z.object({ a: z.number() })),
  moved: signal([z.number()]),
  arm: { length: property(z.number()) },
});

class Vault {
  static reveal(): string {
    return SECRET;
  }
  readonly foreign: object;
  moved = Object.assign(new Signal<[number]>(), { secret: SECRET });
  data = { a: 1, secret: SECRET };
  arm = { length: 1, secret: SECRET, reveal: () => SECRET };
  hidden = new Inner();
  constructor(foreign: object) {
    this.foreign = foreign;
  }
  known(): number {
    return 1;
  }
  give(): Inner {
    return this.hidden;
  }
  giveInner(): Inner & { known(): number } {
    return Object.assign(this.hidden, { known: () => 1 });
  }
  giveFunction(): unknown {
    return Object.assign(() => 1, { secret: SECRET, reveal: () => SECRET });
  }
  giveForeign(): object {
    return this.foreign;
  }
  giveRoot(): this {
    return this;
  }
  reveal(): string {
    return SECRET;
  }
}

const words = [
  ...["known", "give", "giveInner", "giveFunction", "giveForeign", "giveRoot", "data", "moved", "arm", "length", "a"],
  ...["secret", "reveal", "hidden", "foreign", "members", "target", "constructor", "__proto__", "prototype"],
  ...[
    "toString",
    "valueOf",
    "hasOwnProperty",
    "then",
    "call",
    "apply",
    "bind",
    "name",
    "emit",
    "connect",
    "disconnect",
  ],
];

it("leads to nothing that no contract lists, by paths and by references", { timeout: 60_000 }, async () => {
  await using transport = memory();
  await using elsewhere = await serve(new Inner(), undefined, { transport });
  await using foreign = await connect<Inner>(elsewhere.address, { transport });
  const vault = new Vault(foreign);
  await using server = await serve(vault, undefined, { transport, contract, showStacks: false });
  const found = new Set<number>([ROOT]);
  const references = {
    pack: () => undefined,
    home: () => undefined,
    released: () => undefined,
    arrive: (reference: number) => {
      found.add(reference);
      return { reference };
    },
  };
  const handler = () => ({ call: () => undefined, notify: () => undefined, references });
  await using session = await openSession(transport, server.address, { handler });
  for (const giver of words.filter((name) => name.startsWith("give"))) await session.call(giver, []);
  // The root, an instance, a view of it, a function, another server's object, a view of the root.
  expect(found.size).toBe(6);
  const paths = [...words.map((name) => [name]), ...words.flatMap((name) => words.map((below) => [name, below]))];
  for (const reference of found) {
    for (const operation of [...Object.values(Operation), 9, -1]) {
      const targets = [[], ...paths].map((path) => [operation, reference, ...path]);
      const answers = await Promise.allSettled(targets.map((target) => session.call(target, [1])));
      const leaks = answers.flatMap((answer, index) => (tells(answer) ? [targets[index]] : []));
      expect(leaks).toStrictEqual([]);
    }
  }
  expect(vault).toMatchObject({ hidden: { secret: SECRET }, data: { a: 1 } });
});

function tells(answer: PromiseSettledResult<unknown>): boolean {
  return inspect(answer, { depth: 20, showHidden: true }).includes(SECRET);
}

describe("describe", () => {
  it("lists what the contract lists", async () => {
    await using transport = memory();
    await using server = await serve(new Vault({}), undefined, { transport, contract });
    await using session = await openSession(transport, server.address);
    expect(await session.call([Operation.DESCRIBE, ROOT], [])).toStrictEqual({
      className: "Object",
      members: [
        { name: "arm", kind: "property", arity: 0, writable: false },
        { name: "data", kind: "property", arity: 0, writable: true },
        ...["give", "giveForeign", "giveFunction", "giveInner", "giveRoot", "known"].map((name) => ({
          ...{ name, kind: "method", arity: 0, writable: false },
        })),
        { name: "moved", kind: "signal", arity: 0, writable: false },
      ],
    });
  });
});
