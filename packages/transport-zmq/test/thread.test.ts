import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { accept, read, receive, text } from "@fourwire/transport/conformance";
import { zmq } from "@fourwire/transport-zmq";
import { expect, it } from "vitest";

it("connects threads of one process by an inproc name", async () => {
  await using transport = zmq();
  const listener = await transport.listen("inproc://*");
  const { address } = listener;
  const worker = new Worker(new URL("thread-process.js", import.meta.url), { execArgv: [], workerData: { address } });
  const exited = once(worker, "exit");
  const channel = await accept(listener);
  for (const word of ["first", "last"]) {
    await channel.send(text(word));
    expect(read(await receive(channel))).toBe(word);
  }
  expect(await channel.closed).toBeUndefined();
  expect(await exited).toEqual([0]);
});
