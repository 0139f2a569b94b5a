// A child with a pipe to its parent at descriptor 3, which does one thing that its first argument names.
import { pipe } from "@fourwire/transport/pipe";

const [task, address] = process.argv.slice(2);

async function echo(channel) {
  for await (const frames of channel) await channel.send(frames);
}

const tasks = {
  /** Answers everything at the address until the parent is gone. */
  async echo() {
    const listener = await pipe().listen(address);
    for await (const channel of listener) void echo(channel);
  },
  /** Connects and does nothing more: only the channel keeps it alive. */
  async idle() {
    await pipe().connect(address);
  },
  /** Connects, says a word and closes only the channel. */
  async leave() {
    const channel = await pipe().connect(address);
    await channel.send([new TextEncoder().encode("bye")]);
    await channel.close();
  },
  /** Connects, blocks its event loop from the first message on, and tells how its channel ended. */
  async busy() {
    const channel = await pipe().connect(address);
    for await (const _frames of channel) {
      const until = performance.now() + 300;
      while (performance.now() < until);
    }
    const reason = await channel.closed;
    process.stdout.write(`ended with ${reason?.code}\n`);
  },
  /** Writes what is no message. */
  async garbage() {
    const { Socket } = await import("node:net");
    const socket = new Socket({ fd: 3 });
    socket.end("HTTP/1.1 400 Bad Request\r\n\r\n");
  },
  /** Starts a busy grandchild, relays its output, and waits to be killed. */
  async parent() {
    const { spawn } = await import("node:child_process");
    const { fileURLToPath } = await import("node:url");
    const child = spawn(process.execPath, [fileURLToPath(import.meta.url), "busy", address], {
      stdio: ["ignore", "inherit", "inherit", "pipe"],
    });
    const listener = await pipe(child).listen(address);
    for await (const channel of listener) {
      await channel.send([new TextEncoder().encode("work")]);
      process.stdout.write(`met ${child.pid}\n`);
    }
  },
};

await tasks[task]();
