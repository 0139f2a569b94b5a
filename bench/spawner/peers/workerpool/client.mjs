// @ts-check
import { fileURLToPath } from "node:url";
import { pool as createPool } from "workerpool";

/** @returns {Promise<import("../../peers.mjs").Connection>} */
export async function connect() {
  const script = fileURLToPath(new URL("./server.mjs", import.meta.url));
  const pool = createPool(script, { minWorkers: 1, maxWorkers: 1 });
  /** @type {(name: string, value: unknown[]) => PromiseLike<any>} */
  const run = (name, args) => pool.exec(name, args);
  return {
    add: (a, b) => run("add", [a, b]),
    take: (samples) => run("take", [samples]),
    give: (length) => run("give", [length]),
    close: async () => await pool.terminate(),
  };
}
