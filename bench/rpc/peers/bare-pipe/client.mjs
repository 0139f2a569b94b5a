// @ts-check
import { Socket } from "node:net";
import { startChild, stopChild } from "../child.mjs";
import { PendingCalls, REPLY_BYTES } from "../wire.mjs";
import { readMessages } from "./messages.mjs";

/** @returns {Promise<import("../../peers.mjs").Connection>} */
export async function connect() {
  const child = startChild(new URL("./server.mjs", import.meta.url));
  const socket = child.stdio[3];
  if (!(socket instanceof Socket)) throw new Error("bench: the child has no socket");
  const calls = new PendingCalls();
  readMessages(socket, REPLY_BYTES, (reply) => calls.settle(reply));
  /** @type {(request: Buffer) => void} */
  const write = (request) => void socket.write(request);
  return { add: (a, b) => calls.call(a, b, write), close: () => stopChild(child) };
}
