// @ts-check
import { connectPiscina } from "../pooled.mjs";

/** @returns {Promise<import("../../peers.mjs").Connection>} */
export async function connect() {
  return connectPiscina({ atomics: "disabled" });
}
