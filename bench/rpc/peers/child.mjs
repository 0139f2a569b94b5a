// @ts-check
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/**
 * Starts a child with a socket pair at descriptor 3; what it prints goes where errors go.
 *
 * @param {URL} module
 * @returns {import("node:child_process").ChildProcess}
 */
export function startChild(module) {
  return spawn(process.execPath, [...process.execArgv, fileURLToPath(module)], { stdio: ["ignore", 2, 2, "pipe"] });
}

/**
 * @param {import("node:child_process").ChildProcess} child
 * @returns {Promise<void>}
 */
export async function stopChild(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill();
  await once(child, "exit");
}
