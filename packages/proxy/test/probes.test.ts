import { EventEmitter } from "node:events";
import { inspect } from "node:util";
import { describe, expect, it, vi } from "vitest";
import { Signal } from "../src/index.ts";
import { Operation, ROOT } from "../src/operation.ts";
import { probedKinds } from "./probed-objects.ts";
import { probedPlaces, takesKeys } from "./probed-places.ts";
import { probeAll } from "./probing.ts";
import { transports } from "./transports.ts";

const probed = transports.filter(({ name }) => name === "memory" || name === "zmq");

const rows = probedPlaces.flatMap((place) =>
  probedKinds
    .filter(({ what }) => place.kinds.includes(what))
    .map((kind) => ({ kind, place, what: kind.what, where: place.what, takes: takesKeys(kind.what, place.what) })),
);

/** An object and what everyone inherits from, with all that is in them. */
function inspectAll(object: object): string {
  const types = [Object, Function, Array, Map, Set, Date, Error, Promise, Float32Array, Signal, EventEmitter];
  const prototypes = types.map((type) => [type, type.prototype]);
  return inspect([object, prototypes], { showHidden: true, depth: 2 });
}

describe.each(probed)("no probe gets anywhere over $name", ({ create }) => {
  it.each(rows)("$what, $where", async ({ kind, place, takes }) => {
    const reached = vi.fn();
    const object = kind.make(reached);
    // Plain data takes keys, which are its own; what it inherits from is watched all the same.
    const watched = takes ? {} : object;
    const before = inspectAll(watched);
    await using transport = create();
    await using served = await place.open(object, transport);
    const { session, find } = served;
    const described = await session.call([Operation.DESCRIBE, ROOT], []);
    const { method } = kind;
    const surprises = await probeAll((target, args) => session.call(target, args), { find, method, takesKeys: takes });
    expect(surprises).toStrictEqual([]);
    expect(reached).not.toHaveBeenCalled();
    expect(inspectAll(watched)).toStrictEqual(before);
    expect(globalThis).not.toHaveProperty("probed");
    expect(await session.call([Operation.DESCRIBE, ROOT], [])).toStrictEqual(described);
  });
});
