// Starts a daemon and a worker, tells how to reach them, and waits to be killed.
import process from "node:process";
import { spawn, startDaemon } from "@fourwire/spawner";
import { zmq } from "@fourwire/transport-zmq";

const daemon = await startDaemon({
  transport: zmq(),
  base: import.meta.url,
  allow: ["./laboratory.js"],
  logFile: process.argv[2],
});
const worker = await spawn({ output: "ignore" });
process.stdout.write(`${JSON.stringify({ daemon, pid: worker.pid })}\n`);
setInterval(() => undefined, 1_000);
