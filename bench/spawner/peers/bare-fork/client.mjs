// @ts-check
import { connectForked } from "../forked.mjs";

/** @returns {Promise<import("../../peers.mjs").Connection>} */
export async function connect() {
  const connection = await connectForked("json");
  return {
    ...connection,
    // JSON knows no typed arrays; what is in them travels as a list of numbers.
    take: (samples) => connection.take(/** @type {any} */ (Array.from(samples))),
    give: async (length) => Float64Array.from(Object.values(await connection.give(length))),
  };
}
