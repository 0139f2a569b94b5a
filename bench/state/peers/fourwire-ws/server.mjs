// @ts-check
import { webSocket } from "@fourwire/transport-ws";
import { serveBoth } from "../fourwire.mjs";

/** @returns {Promise<import("../../../harness.mjs").RunningServer>} */
export function start() {
  return serveBoth(webSocket(), "ws://127.0.0.1:0");
}
