// @ts-check
import { start as startFourwire } from "../fourwire-zmq/server.mjs";
import { key } from "./key.mjs";

/** @returns {Promise<import("../../../harness.mjs").RunningServer>} */
export function start() {
  return startFourwire({ key });
}
