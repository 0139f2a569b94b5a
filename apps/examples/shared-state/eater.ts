/**
 * Eats every cookie as soon as there is one.
 *
 * @module
 */

import process from "node:process";
import { type TaskContext, task } from "@fourwire/state/processes";

/** A jar. */
export interface Jar {
  /** How many cookies were baked. */
  baked: number;
  /** How many of them were eaten. */
  eaten: number;
}

/** Eats so many cookies. */
export const eater = task(import.meta.url, "eater", async ({ state }: TaskContext<Jar>, cookies: number) => {
  for (let eaten = 1; eaten <= cookies; eaten += 1) {
    await state.until(({ baked }) => baked >= eaten, { keys: ["baked"] });
    console.log(`eater: process ${process.pid} eats cookie ${eaten}`);
    await state.increment("eaten");
  }
});
