/**
 * Runs the server and the client as two processes: `npm run demo -- --factor 7`.
 *
 * It ends by itself, with status 0 only when both did.
 *
 * @module
 */

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    factor: { type: "string", default: "2" },
    "pause-ms": { type: "string", default: "200" },
  },
});

const server = start("server.js", ["--factor", values.factor]);
const address = await serverAddress(server);
const client = start("client.js", [address, "--pause-ms", values["pause-ms"]]);
const clientStatus = await statusOf(client);
if (server.connected) server.disconnect();
const serverStatus = await statusOf(server);
process.exitCode = clientStatus === 0 && serverStatus === 0 ? 0 : 1;
if (process.exitCode !== 0) console.error(`client ended with ${clientStatus}, server with ${serverStatus}`);

function start(file: string, args: readonly string[]): ChildProcess {
  return fork(new URL(file, import.meta.url), [...args]);
}

/** Waits for the address that the server sends once it listens; a server that ends before never will. */
async function serverAddress(process: ChildProcess): Promise<string> {
  const [message]: unknown[] = await Promise.race([
    once(process, "message"),
    once(process, "exit").then(([status]) => Promise.reject(new Error(`The server ended with ${status}`))),
  ]);
  if (typeof message === "object" && message !== null && "address" in message) return String(message.address);
  throw new TypeError("The server sent no address");
}

async function statusOf(process: ChildProcess): Promise<number | string> {
  if (process.exitCode === null && process.signalCode === null) await once(process, "exit");
  return process.exitCode ?? process.signalCode ?? "nothing";
}
