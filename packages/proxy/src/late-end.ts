/**
 * What an end serves that connected, loaded when it is needed.
 *
 * Most of those who connect give functions at most, to be called back. What
 * objects need beyond that, pages load as a chunk of its own.
 *
 * @module
 */

import type { Deed } from "@fourwire/session";
import { Operation, ROOT, type Target } from "./operation.ts";
import { findNode } from "./remote-node.ts";
import type { ServedSide, ServingParts } from "./served-side.ts";

/** The part that is loaded later. */
type LateServing = Pick<typeof import("./late-serving.ts"), "serveLate">;

/** Loads what objects need to be served. */
export function loadServing(): Promise<LateServing> {
  return import("./late-serving.ts");
}

/** How what is served is loaded. */
export interface LateEndOptions {
  /** Loads it. Default: `loadServing`. */
  load?(): Promise<LateServing>;
  /** What was loaded already. */
  readonly loaded?: LateServing | undefined;
}

/** Runs functions at once, and has everything else wait until it is loaded, in its order. */
export class LateEnd implements ServedSide {
  readonly #parts: ServingParts;
  readonly #load: () => Promise<LateServing>;
  #end: ServedSide | undefined;
  #loading: Promise<ServedSide> | undefined;
  /** What waits for that. */
  #waiting = 0;

  constructor(parts: ServingParts, { load = loadServing, loaded }: LateEndOptions = {}) {
    this.#parts = parts;
    this.#load = load;
    this.#end = loaded?.serveLate(parts);
  }

  call(target: unknown, args: readonly unknown[]): unknown {
    // While others wait, a function does, too: calls run in the order in which they were made.
    const called = this.#waiting > 0 ? undefined : this.#functionAt(target);
    return called ? Reflect.apply(called, undefined, args) : this.#use((end) => end.call(target, args));
  }

  onGiven(value: unknown, target: Target, args: readonly unknown[]): unknown {
    return this.#use((end) => end.onGiven(value, target, args));
  }

  credit(subscription: unknown, count: unknown): void {
    this.#end?.credit(subscription, count);
  }

  describe(target: unknown): Deed {
    return this.#end?.describe(target) ?? { action: "call", subject: "" };
  }

  given(value: object): void {
    // A function is called as it is, but an object's members have rules.
    if (typeof value !== "function") this.#prepare().catch(() => undefined);
  }

  #use(run: (end: ServedSide) => unknown): unknown {
    return this.#end && this.#waiting === 0 ? run(this.#end) : this.#runLater(run);
  }

  async #runLater(run: (end: ServedSide) => unknown): Promise<unknown> {
    this.#waiting += 1;
    try {
      return run(await this.#prepare());
    } finally {
      this.#waiting -= 1;
    }
  }

  /** Loads it once for all who wait, or, when that fails, anew for the next who asks. */
  #prepare(): Promise<ServedSide> {
    this.#loading ??= this.#load().then(
      ({ serveLate }) => {
        this.#end = serveLate(this.#parts);
        return this.#end;
      },
      (error: unknown) => {
        this.#loading = undefined;
        throw error;
      },
    );
    return this.#loading;
  }

  /** Finds the function of this end's that is to be called. */
  #functionAt(target: unknown): Applicable | undefined {
    const [operation, reference, ...path]: unknown[] = Array.isArray(target) ? target : [];
    const isCall = operation === Operation.CALL && typeof reference === "number" && reference > ROOT;
    const value = isCall && path.length === 0 ? this.#parts.references.get(reference) : undefined;
    // A proxy of another connection's hands the call on.
    return isApplicable(value) && !findNode(value) ? value : undefined;
  }
}

type Applicable = (...args: unknown[]) => unknown;

function isApplicable(value: unknown): value is Applicable {
  return typeof value === "function";
}
