import { spawn as startProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { attach, type Daemon, spawn, startDaemon } from "@fourwire/spawner";
import { isRunning } from "@fourwire/test-kit";
import { memory } from "@fourwire/transport/memory";
import { zmq } from "@fourwire/transport-zmq";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { LaboratoryModule } from "./laboratory-types.ts";

const folder = { path: "" };
beforeAll(async () => {
  folder.path = await mkdtemp(join(tmpdir(), "fourwire-daemon-"));
});
afterAll(() => rm(folder.path, { recursive: true, force: true }));

it("a daemon outlives the parent that was killed, and is reached, used and stopped by others [pyacq-4]", async () => {
  const logFile = join(folder.path, "daemon.log");
  const program = fileURLToPath(new URL("daemon-parent.js", import.meta.url));
  const parent = startProcess(process.execPath, [program, logFile], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(parent.stdout, "data");
  const { daemon, pid }: { daemon: Daemon; pid: number } = JSON.parse(String(line));
  parent.kill("SIGKILL");
  await once(parent, "exit");
  await expect.poll(() => isRunning(pid), { timeout: 2_000, interval: 20 }).toBe(false);
  await using transport = zmq();
  await using worker = await attach(daemon.address, { transport, key: daemon.key });
  const laboratory = await worker.import<LaboratoryModule>("./laboratory.js");
  expect(await laboratory.whereAmI()).toMatchObject({ pid: daemon.pid });
  await laboratory.print("to the file\n", "");
  expect(await readFile(logFile, "utf8")).toBe("to the file\n");
  await worker.stop();
  await expect.poll(() => isRunning(daemon.pid), { timeout: 2_000, interval: 20 }).toBe(false);
});

it("a detached worker is used at once, left running, and reached again by its address and key", async () => {
  await using transport = zmq();
  const logFile = join(folder.path, "detached.log");
  const detaching = { detached: true, transport, base: import.meta.url, allow: ["./laboratory.js"], logFile } as const;
  const { address, key, pid } = await (async () => {
    await using worker = await spawn({ ...detaching, args: ["--gain"], env: { LABORATORY_WORD: "sodium" } });
    const laboratory = await worker.import<LaboratoryModule>("./laboratory.js");
    expect(await laboratory.whereAmI()).toMatchObject({ pid: worker.pid, argv: ["--gain"], word: "sodium" });
    await worker.set("counter", await new laboratory.Counter(3));
    return worker;
  })();
  await using again = await attach(address, { transport, key });
  expect(await (await again.get<{ increment(): number }>("counter")).increment()).toBe(4);
  await expect(again.import("node:fs")).rejects.toMatchObject({ code: "NOT_ALLOWED" });
  await again.stop();
  await expect.poll(() => isRunning(pid), { timeout: 2_000, interval: 20 }).toBe(false);
});

it("a daemon whose program does not exist says so", async () => {
  const options = { transport: zmq(), allow: [], logFile: join(folder.path, "missing.log") };
  await expect(startDaemon({ ...options, execPath: "/nowhere/node" })).rejects.toMatchObject({
    code: "START_FAILED",
    message: expect.stringContaining("/nowhere/node"),
  });
});

it("a daemon that cannot listen where it should is no daemon", async () => {
  const logFile = join(folder.path, "failed.log");
  const starting = startDaemon({ transport: zmq(), address: "tcp://nowhere", allow: [], logFile });
  await expect(starting).rejects.toMatchObject({
    code: "START_FAILED",
    message: expect.stringContaining("failed.log"),
  });
  expect(await readFile(logFile, "utf8")).toContain("ADDRESS_INVALID");
});

it("a daemon needs a transport that it can build itself", async () => {
  const starting = startDaemon({ transport: memory(), allow: [], logFile: join(folder.path, "none.log") });
  await expect(starting).rejects.toMatchObject({ code: "NO_RECIPE" });
});
