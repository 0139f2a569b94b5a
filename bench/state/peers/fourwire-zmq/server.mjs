// @ts-check
import { zmq } from "@fourwire/transport-zmq";
import { serveBoth } from "../fourwire.mjs";

/** @returns {Promise<import("../../../harness.mjs").RunningServer>} */
export function start() {
  return serveBoth(zmq(), "tcp://127.0.0.1:0");
}
