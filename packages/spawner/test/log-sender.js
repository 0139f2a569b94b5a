// Logs, and sends that to a collector elsewhere if it is told to.
import { sendLogs, workerLogger } from "@fourwire/spawner";
import { zmq } from "@fourwire/transport-zmq";

export async function sendTo(address, key) {
  await sendLogs(address, { transport: zmq(), key, name: "far" });
}

export function say(message) {
  workerLogger().info(message);
}
