/**
 * Blocking the event loop where it hurts a timer most.
 *
 * @module
 */

import { stat } from "node:fs";

/** Keeps the event loop busy, as a long computation would. */
export function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/** Where in the event loop something happens, by name: it runs there, and its result comes back. */
export const places: readonly {
  readonly place: string;
  run<Result>(work: () => Result | PromiseLike<Result>): Promise<Result>;
}[] = [
  {
    place: "setImmediate",
    run: async (work) => {
      await new Promise<void>((resolve) => setImmediate(resolve));
      return await work();
    },
  },
  {
    place: "an I/O callback",
    run: async (work) => {
      await afterIo();
      return await work();
    },
  },
];

/** Resolves in the turn's I/O phase. */
export function afterIo(): Promise<void> {
  return new Promise((resolve) => stat(".", () => resolve()));
}
