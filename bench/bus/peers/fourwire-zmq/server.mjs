// @ts-check
import { zmq } from "@fourwire/transport-zmq";
import { startHub } from "../../hub-server.mjs";

/** @returns {Promise<import("../../../harness.mjs").RunningServer>} */
export function start() {
  return startHub(() => zmq(), "tcp://127.0.0.1:0");
}
