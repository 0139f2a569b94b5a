/**
 * The example of ZProc's documentation: one process waits for a change, the other one for a value.
 *
 * @module
 */

import process from "node:process";
import { type TaskContext, task } from "@fourwire/state/processes";

/** What the processes share. */
export interface Shared {
  foo: string;
}

/** Waits until somebody changes `foo`, and sets it to "bar". */
export const child1 = task(import.meta.url, "child1", async ({ state }: TaskContext<Shared>) => {
  await state.nextChange({ keys: ["foo"] });
  console.log(`child1: process ${process.pid} woke up, foo is ${await state.get("foo")}, I set it to bar`);
  await state.set("foo", "bar");
});

/** Waits until `foo` is "bar". */
export const child2 = task(import.meta.url, "child2", async ({ state }: TaskContext<Shared>) => {
  await state.until(({ foo }) => foo === "bar", { keys: ["foo"] });
  console.log(`child2: process ${process.pid} woke up, foo is bar`);
});
