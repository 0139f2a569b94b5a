// @ts-check
import { connectSpawned } from "../spawned.mjs";

/** @returns {Promise<import("../../peers.mjs").Connection>} */
export function connect() {
  return connectSpawned("process");
}
