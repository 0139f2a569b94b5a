import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { accept, read, receive, text } from "@fourwire/transport/conformance";
import { zmq } from "@fourwire/transport-zmq";
import { expect, it } from "vitest";

it("connects threads of one process by an inproc name", async () => {
  await using transport = zmq();
  const listener = await transport.listen("inproc://*");
  const worker = startThread(listener.address);
  const exited = once(worker, "exit");
  const channel = await accept(listener);
  for (const word of ["first", "last"]) {
    await channel.send(text(word));
    expect(read(await receive(channel))).toBe(word);
  }
  expect(await channel.closed).toBeUndefined();
  expect(await exited).toEqual([0]);
});

it.each([
  ["tcp://127.0.0.1:0", "exit", 3],
  ["tcp://127.0.0.1:0", "throw", 1],
  ["inproc://*", "exit", 3],
  ["inproc://*", "throw", 1],
])("survives a thread with an open channel over %s when it does %s", async (address, word, code) => {
  await using transport = zmq();
  const listener = await transport.listen(address);
  const worker = startThread(listener.address);
  const failed = word === "throw" ? once(worker, "error") : undefined;
  const exited = new Promise((resolve) => worker.on("exit", resolve));
  const channel = await accept(listener);
  await channel.send(text(word));
  expect(await channel.closed).toMatchObject({ code: "LOST" });
  expect(await exited).toBe(code);
  await failed;
});

function startThread(address: string): Worker {
  return new Worker(new URL("thread-process.js", import.meta.url), { execArgv: [], workerData: { address } });
}
