// @ts-check
/**
 * A process that serves `echo` and `never` over ZeroMQ, and says where on its standard output.
 *
 * It runs what `npm run build` made. It ends when its standard input does.
 *
 * @module
 */

import { serveSessions } from "@fourwire/session";
import { zmq } from "@fourwire/transport-zmq";

const handler = {
  /** @param {unknown} target @param {readonly unknown[]} args */
  call: (target, args) => (target === "never" ? new Promise(() => undefined) : args[0]),
  notify: () => undefined,
};

const transport = zmq();
const server = await serveSessions(transport, "tcp://127.0.0.1:0", () => handler);
process.stdout.write(`${server.address}\n`);
process.stdin.resume().once("end", async () => {
  await server.close();
  await transport.close();
});
