// @ts-check
import { spawn } from "@fourwire/spawner";

/**
 * Starts a worker of Fourwire's, all defaults.
 *
 * @param {"process" | "thread"} kind
 * @returns {Promise<import("../peers.mjs").Connection>}
 */
export async function connectSpawned(kind) {
  const worker = await spawn({ kind, base: import.meta.url });
  const calculator =
    /** @type {import("@fourwire/proxy").Remote<typeof import("./calculator.mjs")>} */
    (await worker.import("./calculator.mjs"));
  return {
    add: (a, b) => calculator.add(a, b),
    take: (samples) => /** @type {Promise<number>} */ (calculator.take(samples)),
    give: (length) => calculator.give(length),
    close: () => worker.stop(),
  };
}
