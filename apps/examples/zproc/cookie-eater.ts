/**
 * Cookies are baked, and eaten by a process that starts with the first of them.
 *
 * @module
 */

import process from "node:process";
import { type TaskContext, type Triggered, task } from "@fourwire/state/processes";

/** A jar. */
export interface Jar {
  baked: number;
  eaten: number;
}

/** Bakes so many cookies. */
export const baker = task(import.meta.url, "baker", async ({ state }: TaskContext<Jar>, cookies: number) => {
  for (let cookie = 1; cookie <= cookies; cookie += 1) {
    await state.increment("baked");
    console.log(`baker: process ${process.pid} bakes cookie ${cookie}`);
  }
});

/** Eats a cookie; it runs whenever one was baked. */
export const eater = task(import.meta.url, "eater", async ({ state }: TaskContext<Jar>, _baked: Triggered<Jar>) => {
  console.log(`eater: process ${process.pid} eats cookie ${await state.increment("eaten")}`);
});
