// @ts-check
import { start as startFourwire } from "../fourwire-zmq/server.mjs";
import { startTelemetry } from "./telemetry.mjs";

/** @returns {Promise<import("../../../harness.mjs").RunningServer>} */
export function start() {
  return startFourwire({ tracing: startTelemetry() });
}
