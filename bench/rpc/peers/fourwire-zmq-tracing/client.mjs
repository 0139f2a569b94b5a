// @ts-check
import { connect as connectFourwire } from "../fourwire-zmq/client.mjs";
import { startTelemetry } from "./telemetry.mjs";

/**
 * @param {string} address
 * @returns {Promise<import("../../peers.mjs").Connection>}
 */
export function connect(address) {
  return connectFourwire(address, { tracing: startTelemetry() });
}
