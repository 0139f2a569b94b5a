// @ts-check
import { webSocket } from "@fourwire/transport-ws";
import { startHub } from "../../hub-server.mjs";

/** @returns {Promise<import("../../../harness.mjs").RunningServer>} */
export function start() {
  return startHub(() => webSocket(), "ws://127.0.0.1:0");
}
