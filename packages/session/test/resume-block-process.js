// @ts-check
/**
 * A server over ZeroMQ whose event loop clients may block; it says where it listens, and ends when its standard input does.
 *
 * It runs what `npm run build` made. Arguments: the heartbeat's interval and window, in ms.
 *
 * @module
 */

import { setTimeout as after } from "node:timers/promises";
import { serveSessions } from "@fourwire/session";
import { zmq } from "@fourwire/transport-zmq";

const [intervalMs, windowMs] = process.argv.slice(2).map(Number);

/** @param {unknown} target @param {readonly unknown[]} args */
function call(target, [value]) {
  if (target === "later") return after(Number(value), "later");
  if (target !== "block") return value;
  const end = performance.now() + Number(value);
  while (performance.now() < end);
  return "unblocked";
}

const transport = zmq();
const server = await serveSessions(transport, "tcp://127.0.0.1:0", () => ({ call, notify: () => undefined }), {
  heartbeat: { intervalMs: Number(intervalMs), windowMs: Number(windowMs) },
});
process.stdout.write(`${server.address}\n`);
process.stdin.resume().once("end", async () => {
  await server.close();
  await transport.close();
});
