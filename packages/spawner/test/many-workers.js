// Starts many workers at once, kills a third of them at random, stops the others, and ends when nothing holds it: COUNT.
import process from "node:process";
import { SpawnError, spawn } from "@fourwire/spawner";
import { zmq } from "@fourwire/transport-zmq";

const count = Number(process.argv[2]);
const transport = zmq();
const pids = [];

/** Uses a worker until it is killed, or stops it after a while. */
async function live(index) {
  const kind = ["process", "process", "thread"][index % 3];
  const over = index % 4 === 0 && kind === "process" ? { transport } : {};
  const worker = await spawn({ kind, base: import.meta.url, execArgv: [], output: "ignore", ...over });
  if (kind === "process") pids.push(worker.pid);
  const laboratory = await worker.import("./laboratory.js");
  const isDoomed = Math.random() < 1 / 3;
  const calls = Math.floor(Math.random() * 100);
  for (let call = 0; call < calls; call += 1) {
    if ((await laboratory.add(call, index)) !== call + index) throw new Error("A sum is wrong");
  }
  if (!isDoomed) return void (await worker.stop());
  const pending = laboratory.keep(() => new Promise(() => undefined)).catch((error) => error.outcome);
  await worker.kill();
  // By another transport than the private link, it is this end that closes the connection; what became of the call is as unknown.
  if (!["notSent", "unknown"].includes(await pending)) throw new Error(`A lost call ended with ${await pending}`);
  const refusal = await worker.names().catch((error) => error);
  if (!(refusal instanceof SpawnError)) throw new Error(`A worker that was killed said ${refusal}`);
}

await Promise.all(Array.from({ length: count }, (_, index) => live(index)));
await transport.close();
process.stdout.write(JSON.stringify(pids));
