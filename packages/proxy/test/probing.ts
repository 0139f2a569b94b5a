/**
 * How an object is probed: every path with every operation, by hand.
 *
 * @module
 */

import { inspect } from "node:util";
import { Operation, ROOT } from "../src/operation.ts";
import { METHOD, probes } from "./probes.ts";

/** Makes a call, and resolves with what it gives. */
export type Ask = (target: unknown, args: readonly unknown[]) => Promise<unknown>;

/** What is probed. */
export interface Probing {
  /** Finds the object: the reference and the steps to it. */
  find(): readonly unknown[];
  /** A method or an accessor of it, to try what is behind. */
  readonly method: string;
  /** Whether it is plain data, which takes new keys. */
  readonly takesKeys: boolean;
}

const CODE = "globalThis.probed = true; return 1";

const { CALL, GET, SET, DESCRIBE, CONNECT, CONSTRUCT } = Operation;

/** Everything that is asked of what is at a path; the short form is for methods of the root. */
export const operations: readonly {
  readonly what: string;
  target(path: readonly unknown[]): unknown;
  /** The arguments, which may have a number in them that no other call has. */
  args(number: number): readonly unknown[];
}[] = [
  { what: "call", target: (path) => [CALL, ...path], args: () => [] },
  { what: "call with code", target: (path) => [CALL, ...path], args: () => [CODE] },
  { what: "call in short", target: inShort, args: () => [CODE] },
  { what: "get", target: (path) => [GET, ...path], args: () => [] },
  { what: "get a member", target: (path) => [GET, ...path, "name"], args: () => [] },
  { what: "describe", target: (path) => [DESCRIBE, ...path], args: () => [] },
  { what: "connect", target: (path) => [CONNECT, ...path], args: (number) => [number] },
  { what: "construct", target: (path) => [CONSTRUCT, ...path], args: () => [CODE] },
  { what: "set", target: (path) => [SET, ...path], args: () => [1] },
  { what: "set a member", target: (path) => [SET, ...path, "polluted"], args: () => [true] },
];

/**
 * What plain data below the root answers otherwise: a name that it does not have
 * may be set, as an own field and no more.
 */
const OF_MISSING_KEYS: Readonly<Record<string, string>> = {
  set: "answered undefined",
  connect: "NOT_A_SIGNAL",
  construct: "NOT_CALLABLE",
};

/** Asks all of it, in one turn, and tells what was not refused as if nothing were there. */
export async function probeAll(ask: Ask, { find, method, takesKeys }: Probing): Promise<string[]> {
  const found = find();
  const tries = probes.flatMap((probe, index) =>
    operations.map(async ({ what, target, args }, place) => {
      const steps = probe.path.map((step) => (step === METHOD ? method : step));
      const answer = await ask(target([...found, ...steps]), args(index * operations.length + place + 1)).then(
        answered,
        refused,
      );
      const expected = (takesKeys && isMissingKey(steps) && OF_MISSING_KEYS[what]) || probe.code;
      return answer === expected ? [] : [`${what} ${probe.what}: ${answer}`];
    }),
  );
  return (await Promise.all(tries)).flat();
}

/** Says whether a path is one name that may be reached on plain data. */
function isMissingKey(path: readonly unknown[]): boolean {
  const [name] = path;
  const never = ["constructor", "__proto__", "prototype"];
  return path.length === 1 && typeof name === "string" && !name.startsWith("_") && !never.includes(name);
}

function answered(value: unknown): string {
  return `answered ${inspect(value, { depth: 1 }).slice(0, 100)}`;
}

function refused(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : `threw ${String(error)}`;
}

function inShort(path: readonly unknown[]): unknown {
  return path.length === 2 && path[0] === ROOT ? path[1] : [CALL, ...path];
}
