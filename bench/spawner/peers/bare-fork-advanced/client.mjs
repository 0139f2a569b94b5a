// @ts-check
import { connectForked } from "../forked.mjs";

/** @returns {Promise<import("../../peers.mjs").Connection>} */
export function connect() {
  return connectForked("advanced");
}
