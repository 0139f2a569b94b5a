import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accept, read, receive, text } from "@fourwire/transport/conformance";
import { redis } from "@fourwire/transport-redis";
import { testServer } from "@fourwire/transport-redis/test-server";
import { Redis } from "ioredis";
import { expect, it } from "vitest";
import { freePort, until } from "./kit.ts";

it("finds Redis through a Sentinel that the options name", async () => {
  const port = await freePort();
  await using server = testServer({ args: ["--port", String(port)] });
  expect(server.pid).toBeGreaterThan(0);
  await using sentinel = await startSentinel(port);
  const sentinels = [{ host: "127.0.0.1", port: sentinel.port }];
  await using transport = redis({ options: { sentinels, name: "main" } });
  await using listener = await transport.listen("calculator");
  const near = await transport.connect("calculator");
  await near.send(text("found"));
  expect(read(await receive(await accept(listener)))).toBe("found");
});

it("is refused when no Sentinel knows a Redis of that name", async () => {
  await using sentinel = await startSentinel(await freePort());
  const sentinels = [{ host: "127.0.0.1", port: sentinel.port }];
  await using transport = redis({ options: { sentinels, name: "other" } });
  await expect(transport.connect("calculator")).rejects.toMatchObject({
    code: "REFUSED",
    message: expect.stringContaining("entinel"),
  });
});

async function startSentinel(redisPort: number) {
  const folder = await mkdtemp(join(tmpdir(), "fourwire-sentinel-"));
  const port = await freePort();
  const settings = [
    "bind 127.0.0.1",
    `port ${port}`,
    `dir ${folder}`,
    `sentinel monitor main 127.0.0.1 ${redisPort} 1`,
  ];
  const file = join(folder, "sentinel.conf");
  await writeFile(file, `${settings.join("\n")}\n`);
  const sentinel: ChildProcess = spawn("redis-server", [file, "--sentinel"], { stdio: "ignore" });
  const client = new Redis({ port, host: "127.0.0.1", retryStrategy: () => 10 });
  client.on("error", () => undefined);
  await until(() => client.status === "ready");
  client.disconnect();
  return {
    port,
    async [Symbol.asyncDispose]() {
      const exited = once(sentinel, "exit");
      sentinel.kill("SIGKILL");
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
