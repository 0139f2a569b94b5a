import { parentPort, workerData } from "node:worker_threads";
import { zmq } from "@fourwire/transport-zmq";

const transport = zmq();
const channel = await transport.connect(workerData.address);
for await (const frames of channel) {
  const word = Buffer.from(frames[0]).toString();
  if (word === "exit") process.exit(3);
  if (word === "throw") throw new Error("thrown in the thread");
  await channel.send(frames);
  if (word === "last") break;
}
await transport.close();
parentPort.close();
