// @ts-check
import { Piscina } from "piscina";

/**
 * Makes a Piscina of one thread, as every other peer has one worker.
 *
 * @param {ConstructorParameters<typeof Piscina>[0]} options
 * @returns {import("../peers.mjs").Connection}
 */
export function connectPiscina(options) {
  const filename = new URL("./pooled-task.mjs", import.meta.url).href;
  const pool = new Piscina({ filename, minThreads: 1, maxThreads: 1, ...options });
  return {
    add: (a, b) => pool.run([a, b], { name: "add" }),
    take: (samples) => pool.run([samples], { name: "take" }),
    give: (length) => pool.run([length], { name: "give" }),
    close: () => pool.destroy(),
  };
}
