// @ts-check
import { fork } from "node:child_process";
import { once } from "node:events";
import { Calls } from "./messages.mjs";

/**
 * Forks a child that answers over its channel.
 *
 * @param {"json" | "advanced"} serialization
 * @returns {Promise<import("../peers.mjs").Connection>}
 */
export async function connectForked(serialization) {
  const child = fork(new URL("./forked-child.mjs", import.meta.url), {
    serialization,
    stdio: ["ignore", 2, 2, "ipc"],
  });
  const calls = new Calls((request) => void child.send(request));
  child.on("message", (reply) => calls.settle(/** @type {[number, unknown]} */ (reply)));
  await once(child, "spawn");
  return calls.connection(async () => {
    const exited = once(child, "exit");
    child.disconnect();
    await exited;
  });
}
