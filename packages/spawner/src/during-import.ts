/**
 * The guard against modules that start workers while a worker imports them.
 *
 * @module
 */

import { SpawnError } from "./errors.ts";

/** Where all copies of this package in one thread note what is being imported. */
const IMPORTING: unique symbol = Symbol.for("fourwire.spawner.importing");

/** Frames looked at; a module that starts a worker does so near its own top level. */
const MAX_FRAMES = 100;

/** A frame of a module's own top level: such a frame has no function's name. */
const TOP_LEVEL = /^\s+at (async )?file:|^\s+at Object\.<anonymous> |^\s+at async ModuleJob\.run/m;

/** Notes that a module is being imported until a promise has settled. */
export async function whileImporting<Result>(subject: string, imported: () => Promise<Result>): Promise<Result> {
  const importing = readImporting();
  const token = {};
  importing.set(token, subject);
  try {
    return await imported();
  } finally {
    importing.delete(token);
  }
}

/**
 * Throws `STARTED_DURING_IMPORT` when a module that a worker is importing at
 * this moment starts a worker by itself: that worker would import the same
 * module, and so on. What runs in functions that are called later may.
 */
export function checkNotImporting(): void {
  const importing = [...readImporting().values()];
  if (importing.length === 0 || !isTopLevel()) return;
  throw new SpawnError(
    "STARTED_DURING_IMPORT",
    `${importing.join(", ")} starts a worker while a worker imports it; start workers in a function, or in a module of its own`,
  );
}

function readImporting(): Map<object, string> {
  const known: unknown = Reflect.get(globalThis, IMPORTING);
  if (known instanceof Map) return known;
  const importing = new Map<object, string>();
  Reflect.set(globalThis, IMPORTING, importing);
  return importing;
}

function isTopLevel(): boolean {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = MAX_FRAMES;
  const { stack = "" } = new Error("where am I");
  Error.stackTraceLimit = limit;
  return TOP_LEVEL.test(stack);
}
