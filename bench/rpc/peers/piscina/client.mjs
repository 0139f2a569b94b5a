// @ts-check
import { Piscina } from "piscina";

/** @returns {Promise<import("../../peers.mjs").Connection>} */
export async function connect() {
  // One worker, as every other peer has one server.
  const pool = new Piscina({ filename: new URL("./server.mjs", import.meta.url).href, minThreads: 1, maxThreads: 1 });
  return { add: (a, b) => pool.run([a, b]), close: () => pool.destroy() };
}
