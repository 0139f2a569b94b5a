// A worker that does one thing that its data names, over the way to whoever started it.
import { workerData } from "node:worker_threads";
import { messagePort } from "@fourwire/transport/message-port";

const { task, address, port } = workerData;

async function echo(channel) {
  for await (const frames of channel) await channel.send(frames);
}

const tasks = {
  /** Answers everything at the address. */
  async echo() {
    const listener = await messagePort(port ?? {}).listen(address);
    for await (const channel of listener) void echo(channel);
  },
  /** Connects and does nothing more: only the channel keeps it alive. */
  async idle() {
    await messagePort(port ?? {}).connect(address);
  },
  /** Connects, and blocks its event loop for good from the first message on. */
  async busy() {
    const channel = await messagePort(port ?? {}).connect(address);
    for await (const _frames of channel) for (;;);
  },
  /** Connects, says a word and closes only the channel. */
  async leave() {
    const channel = await messagePort(port ?? {}).connect(address);
    await channel.send([new TextEncoder().encode("bye")]);
    await channel.close();
  },
};

await tasks[task]();
