// @ts-check
import { fork } from "node:child_process";
import { stopChild } from "../child.mjs";
import { PostedCalls } from "../posted-calls.mjs";

/** @returns {Promise<import("../../peers.mjs").Connection>} */
export async function connect() {
  const child = fork(new URL("./server.mjs", import.meta.url), { stdio: ["ignore", 2, 2, "ipc"] });
  const calls = new PostedCalls();
  child.on("message", (reply) => calls.settle(/** @type {[number, number]} */ (reply)));
  /** @type {(request: [number, number, number]) => void} */
  const post = (request) => void child.send(request);
  return { add: (a, b) => calls.call(a, b, post), close: () => stopChild(child) };
}
