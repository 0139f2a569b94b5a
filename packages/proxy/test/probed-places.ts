/**
 * Where a client finds an object that it probes.
 *
 * @module
 */

import { type Handler, openSession, PromisedCall, type Session } from "@fourwire/session";
import type { Transport } from "@fourwire/transport";
import { z } from "zod";
import {
  byReference,
  connect,
  defineContract,
  method,
  property,
  type Remote,
  type ServedBy,
  type ServeOptions,
  type Server,
  Signal,
  serve,
  signal,
} from "../src/index.ts";
import { ROOT } from "../src/operation.ts";
import { probedKinds } from "./probed-objects.ts";
import { probes } from "./probes.ts";

/** Where a client finds an object. */
export interface ProbedPlace {
  readonly what: string;
  /** The kinds of objects that can be there. */
  readonly kinds: readonly string[];
  /** Serves an object there and opens a session with its server. */
  open(object: object, transport: Transport): Promise<Probed>;
}

/** A served object and the session from which it is probed; closing it closes all. */
export interface Probed extends AsyncDisposable {
  readonly session: Session;
  /** Finds the object: the reference and the steps to it, which are good for this turn. */
  find(): readonly unknown[];
}

const everyKind = probedKinds.map(({ what }) => what);
/** A function would be taken for one that makes the root. */
const objects = everyKind.filter((what) => what !== "function");
const classes = ["instance of a class", "class that extends `EventEmitter`"];
/** Those of the probes, but for what an object may well have and expose. */
const names = probes
  .flatMap(({ path: [name] }) => (typeof name === "string" ? [name] : []))
  .filter((name) => name !== "own" && name !== "hidden");
/** Where plain data is the server's own, not a copy or the root. */
const withKeys = ["member of the root", "by reference", "result by reference, in its turn", "proxy of a proxy"];
const literals = ["literal", "object without a prototype"];

/** Says whether an object takes new keys there. */
export function takesKeys(kind: string, place: string): boolean {
  return literals.includes(kind) && withKeys.includes(place);
}

const contract = defineContract({
  hello: method([], z.string()),
  data: property(z.object({ a: z.number() })),
  moved: signal([z.number()]),
});
const giving = defineContract({ give: method([], contract) });

/** What every server of a probed object has in common: no message tells anything about its code. */
type Common = Pick<ServeOptions, "transport" | "showStacks">;

type Lead = (session: Session, arrived: readonly number[]) => Probed["find"] | Promise<Probed["find"]>;

export const probedPlaces: readonly ProbedPlace[] = [
  place("root", objects, root, (object, options) => serve(object, undefined, options)),
  place("root, with every name exposed", classes, root, (object, options) =>
    serve(object, undefined, { ...options, expose: names }),
  ),
  place("member of the root", everyKind, member, (it, options) => serve({ it }, undefined, options)),
  place("by reference", everyKind, reference, (object, options) =>
    serve({ give: () => byReference(object) }, undefined, options),
  ),
  place("result of a call, in its turn", everyKind, result, (object, options) =>
    serve({ give: () => object }, undefined, options),
  ),
  place("result by reference, in its turn", everyKind, result, (object, options) =>
    serve({ give: () => byReference(object) }, undefined, options),
  ),
  { what: "proxy of a proxy", kinds: everyKind, open: openBehindAnother },
  place("instance for each client", classes, root, (object, options) =>
    serve(() => object, undefined, { ...options, instance: "session" }),
  ),
  place("instance for each call", classes, root, (object, options) =>
    serve(() => object, undefined, { ...options, instance: "percall" }),
  ),
  place("behind a contract", classes, root, (object, options) =>
    serve(listed(object), undefined, { ...options, contract }),
  ),
  place("a contract's result by reference", classes, reference, (object, options) =>
    serve({ give: () => listed(object) }, undefined, { ...options, contract: giving }),
  ),
  place("a contract's result, in its turn", classes, result, (object, options) =>
    serve({ give: () => listed(object) }, undefined, { ...options, contract: giving }),
  ),
];

function place(
  what: string,
  kinds: readonly string[],
  lead: Lead,
  serveIt: (object: object, options: Common) => Promise<Server>,
): ProbedPlace {
  return {
    what,
    kinds,
    async open(object, transport) {
      const server = await serveIt(object, { transport, showStacks: false });
      const { session, arrived } = await openProbing(transport, server.address);
      return {
        session,
        find: await lead(session, arrived),
        async [Symbol.asyncDispose]() {
          await session.close();
          await server.close();
        },
      };
    },
  };
}

/** Another process holds a proxy of the object's root, and gives that by reference. */
async function openBehindAnother(object: object, transport: Transport): Promise<Probed> {
  const server = await serve({ it: object }, undefined, { transport, showStacks: false });
  const held: Remote<object> & AsyncDisposable = await connect<object>(server.address, { transport });
  const second = await serve({ give: () => held }, undefined, { transport, showStacks: false });
  const { session, arrived } = await openProbing(transport, second.address);
  const find = await reference(session, arrived);
  return {
    session,
    find: () => [...find(), "it"],
    async [Symbol.asyncDispose]() {
      await session.close();
      await second.close();
      await held[Symbol.asyncDispose]();
      await server.close();
    },
  };
}

/** Opens a session that notes which references arrive, with no proxy before the rules. */
async function openProbing(transport: Transport, address: string) {
  const arrived: number[] = [];
  const references: NonNullable<Handler["references"]> = {
    pack: () => undefined,
    home: () => undefined,
    released: () => undefined,
    arrive: (number) => {
      arrived.push(number);
      return { number };
    },
  };
  const handler = (): Handler => ({ call: () => undefined, notify: () => undefined, references });
  return { session: await openSession(transport, address, { handler }), arrived };
}

function root(): Probed["find"] {
  return () => [ROOT];
}

function member(): Probed["find"] {
  return () => [ROOT, "it"];
}

async function reference(session: Session, arrived: readonly number[]): Promise<Probed["find"]> {
  await session.call("give", []);
  return () => [arrived[0]];
}

/** The object is the result of a call that is made in the same turn, and stays at the server for that turn. */
function result(session: Session): Probed["find"] {
  return () => {
    const call = new PromisedCall(
      "give",
      undefined,
      () => undefined,
      () => undefined,
    );
    session.start(call, []);
    session.keep(call);
    return [-call.id];
  };
}

/** What the contract lists, before an object that has more. */
function listed(object: object): ServedBy<typeof contract> {
  return Object.create(object, {
    hello: { value: () => "hello" },
    data: { value: { a: 1 }, writable: true },
    moved: { value: new Signal() },
  });
}
