import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { openSession } from "../src/index.ts";
import { failure } from "./fixture.ts";
import { plainEnvironment, startPeer } from "./peer.ts";
import { redisServer, transports } from "./transports.ts";

const script = fileURLToPath(new URL("leaver-process.js", import.meta.url));

it.each(
  transports.flatMap(({ name }) => [
    { name, what: "sessions and servers" },
    { name, what: "everything" },
  ]),
)("keeps no process alive once $what are closed, over $name", async ({ name, what }) => {
  const child = spawn(process.execPath, [script, name, what, ...(name === "redis" ? [redisServer.url] : [])], {
    stdio: ["ignore", "pipe", "inherit"],
    env: plainEnvironment(),
    // Far above what it needs, and far below the deadlines that it sets: ended by this, it fails.
    timeout: 15_000,
  });
  const exited = once(child, "exit");
  expect((await child.stdout.toArray()).join("")).toBe("answered CLOSED\n");
  expect(await exited).toStrictEqual([0, null]);
});

it("notices over zmq that the process at the other end was killed", async () => {
  const zmqCase = transports.find(({ name }) => name === "zmq");
  if (!zmqCase) throw new Error("There is no zmq");
  await using transport = zmqCase.create();
  await using peer = await startPeer();
  await using client = await openSession(transport, peer.address);
  expect(await client.call("echo", ["warm"])).toBe("warm");
  const pending = failure(client.call("never", []));
  await client.ping();
  peer.process.kill("SIGKILL");
  expect(await pending).toMatchObject({ code: "LOST", outcome: "unknown" });
  expect(await client.closed).toMatchObject({ code: "LOST" });
});
