/**
 * What the tests of the bus share.
 *
 * @module
 */

import type { Bus, BusErrorCode, BusOptions } from "@fourwire/bus";
import { BusError, connectBus } from "@fourwire/bus";
import { expect } from "vitest";
import type { Medium } from "./transports.ts";

/** How long a test waits for what must come. */
const DEADLINE_MS = 10_000;

/** Opens a bus as another process would have it. */
export async function join(medium: Medium, options: Omit<BusOptions, "transport"> = {}): Promise<Bus> {
  return await connectBus({ transport: medium.join(), ...options });
}

/** Things that come one by one, and a wait until there are so many. */
export class Collected<Item> {
  readonly items: Item[] = [];
  #waiters: { readonly count: number; resolve(): void }[] = [];

  /** Takes one; may be passed as a function. */
  readonly add = (item: Item): void => {
    this.items.push(item);
    this.#waiters = this.#waiters.filter(({ count, resolve }) => {
      if (this.items.length < count) return true;
      resolve();
      return false;
    });
  };

  /** Waits until there are so many, and returns them all. Rejects after a deadline. */
  async until(count: number): Promise<readonly Item[]> {
    if (this.items.length >= count) return this.items;
    await new Promise<void>((resolve, reject) => {
      const late = (): void => reject(new Error(`Only ${this.items.length} of ${count} came`));
      const timer = setTimeout(late, DEADLINE_MS);
      const come = (): void => {
        clearTimeout(timer);
        resolve();
      };
      this.#waiters.push({ count, resolve: come });
    });
    return this.items;
  }
}

/** Something that tests open by hand. */
export class Gate {
  readonly opened: Promise<void>;
  open: () => void = () => undefined;

  constructor() {
    this.opened = new Promise((resolve) => {
      this.open = resolve;
    });
  }
}

/** Waits for a condition, looking again after every turn. Rejects after a deadline. */
export async function eventually(isSo: () => boolean | Promise<boolean>, deadlineMs = DEADLINE_MS): Promise<void> {
  const endAt = performance.now() + deadlineMs;
  while (!(await isSo())) {
    if (performance.now() > endAt) throw new Error("It never came to be");
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Measures how long something takes, in ms. */
export async function timeOf(run: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await run();
  return performance.now() - startedAt;
}

/** Checks that a promise rejects with a bus error of a code, which it returns. */
export async function rejectsWith(code: BusErrorCode, promise: Promise<unknown>): Promise<BusError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(BusError);
  expect(error).toMatchObject({ code });
  if (error instanceof BusError) return error;
  throw new Error("It did not reject with a BusError");
}
