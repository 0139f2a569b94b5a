/**
 * Runs the server and, one after the other, its clients, each as a process of its
 * own; then robots that are started, not connected to, by a program and by the
 * `fourwire` command.
 *
 * It ends by itself, with status 0 only when all of them did.
 *
 * @module
 */

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import process from "node:process";

const server = start("server.js");
const [message]: unknown[] = await Promise.race([once(server, "message"), once(server, "exit")]);
if (typeof message !== "object" || message === null || !("address" in message)) {
  throw new Error(`The server sent no address: ${String(message)}`);
}
const address = String(message.address);
const statuses = [await statusOf(start("client.js", address)), await statusOf(start("sync-client.js", address))];
// It ends when nobody is connected to it any more.
if (server.connected) server.disconnect();
statuses.push(await statusOf(server));
for (const file of ["in-process.js", "command-line.js"]) statuses.push(await statusOf(start(file)));
if (statuses.some((status) => status !== 0)) {
  console.error(`The clients, the server and the others ended with ${statuses.join(", ")}`);
  process.exitCode = 1;
}

function start(file: string, ...args: readonly string[]): ChildProcess {
  return fork(new URL(file, import.meta.url), [...args]);
}

async function statusOf(child: ChildProcess): Promise<number | string> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return child.exitCode ?? child.signalCode ?? "nothing";
}
