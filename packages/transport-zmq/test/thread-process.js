import { parentPort, workerData } from "node:worker_threads";
import { zmq } from "@fourwire/transport-zmq";

const transport = zmq();
const channel = await transport.connect(workerData.address);
for await (const frames of channel) {
  await channel.send(frames);
  if (Buffer.from(frames[0]).toString() === "last") break;
}
await transport.close();
parentPort.close();
