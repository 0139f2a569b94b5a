/**
 * Every way of waiting, each in a process of its own: all of them wake up, in whatever order.
 *
 * @module
 */

import { where } from "@fourwire/state";
import { type TaskContext, task } from "@fourwire/state/processes";
import type { Shared } from "./introduction.ts";

/** The ways of waiting, by ZProc's names. */
export const ways = ["change", "change of foo", "equal", "not equal", "when"] as const;

/** Waits in one of the ways and returns what it woke up to. */
export const waiter = task(
  import.meta.url,
  "waiter",
  async ({ state }: TaskContext<Shared>, way: (typeof ways)[number]) => {
    if (way === "change") await state.nextChange();
    if (way === "change of foo") await state.nextChange({ keys: ["foo"] });
    if (way === "equal") await state.until(where("foo").equals("bar"));
    if (way === "not equal") await state.until(where("foo").notEquals("foobar"));
    if (way === "when") await state.until(({ foo }) => foo === "bar", { keys: ["foo"] });
    const foo = await state.get("foo");
    console.log(`waiter: ${way}: foo is ${foo}`);
    return `${way}: ${foo}`;
  },
);
