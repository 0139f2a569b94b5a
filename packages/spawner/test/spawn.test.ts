import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { agentOf } from "@fourwire/proxy";
import { LogCollector, SpawnError, spawn } from "@fourwire/spawner";
import { memory } from "@fourwire/transport/memory";
import { zmq } from "@fourwire/transport-zmq";
import { describe, expect, it } from "vitest";
import { gate, kinds, laboratoryOf, start, startedKinds } from "./fixture.ts";
import type { SpawningModule } from "./spawns-at-import-types.ts";

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

describe.each(kinds)("a worker of the kind %s", (kind) => {
  it("reports ready, and answers a call of an imported function [pyacq-1]", async () => {
    await using worker = await start(kind, { name: "adder" });
    const laboratory = await laboratoryOf(worker);
    expect(await laboratory.add(1, 2)).toBe(3);
    expect(worker).toMatchObject({ name: "adder", kind, info: { nodeVersion: process.version } });
    const { pid } = await laboratory.whereAmI();
    expect(pid).toBe(worker.pid);
    expect(pid === process.pid).toBe(kind === "thread" || kind === "inline");
    expect(await worker.ping()).toBeGreaterThan(0);
  });

  it("says which step stopped it, and that it had ended when asked again [pyacq-5]", async () => {
    const worker = await start(kind);
    expect(await worker.stop()).toMatchObject({ step: "close", failures: [], exit: { code: 0, signal: null } });
    expect(await worker.stop()).toMatchObject({ step: "close" });
    expect(await worker.exited).toMatchObject({ code: 0 });
  });

  it("refuses at once what is asked of it once it has ended [pyacq-3]", async () => {
    const worker = await start(kind, { name: "gone" });
    const laboratory = await laboratoryOf(worker);
    await worker.kill();
    const refusal = await worker.import("node:os").catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(SpawnError);
    expect(refusal).toMatchObject({ code: "EXITED", message: expect.stringContaining('"gone"') });
    await expect(laboratory.add(1, 2)).rejects.toThrow();
  });
});

describe.each(startedKinds)("a worker of the kind %s", (kind) => {
  it("gets arguments and variables", async () => {
    await using worker = await start(kind, { args: ["--gain", "2"], env: { LABORATORY_WORD: "sodium" } });
    const laboratory = await laboratoryOf(worker);
    expect(await laboratory.whereAmI()).toMatchObject({ argv: ["--gain", "2"], word: "sodium" });
  });

  it("rejects pending calls when it is killed [pyacq-3]", async () => {
    await using worker = await start(kind);
    const laboratory = await laboratoryOf(worker);
    const { opened, open } = gate();
    const pending = laboratory.volley(1, () => {
      open();
      return new Promise(() => undefined);
    });
    const refused = expect(pending).rejects.toMatchObject({ code: "LOST" });
    await opened;
    const startedMs = performance.now();
    await worker.kill();
    await refused;
    expect(performance.now() - startedMs).toBeLessThan(1_000);
  });

  it("is stopped by force in the time that was given when it is busy [pyacq-5]", async () => {
    const worker = await start(kind);
    const laboratory = await laboratoryOf(worker);
    const { opened, open } = gate();
    await laboratory.beBusy(() => open());
    await opened;
    const report = await worker.stop({ timeoutMs: 500 });
    expect(report.step).toBe(kind === "thread" ? "terminate" : "SIGTERM");
    expect(report.tookMs).toBeLessThan(1_000);
  });

  it("has what it wrote in its streams", async () => {
    await using worker = await start(kind);
    const laboratory = await laboratoryOf(worker);
    const written = Promise.all([worker.stdout, worker.stderr].map((stream) => once(stream ?? process.stdout, "data")));
    await laboratory.print("to stdout", "to stderr");
    expect((await written).map(([chunk]) => String(chunk))).toEqual(["to stdout", "to stderr"]);
  });

  it("says in its refusals how it crashed", async () => {
    const worker = await start(kind);
    const laboratory = await laboratoryOf(worker);
    await laboratory.crash("The lamp exploded");
    const exit = await worker.exited;
    expect(exit.code).toBe(1);
    await expect(worker.get("anything")).rejects.toThrow(/The lamp exploded/);
  });
});

it("kills a process that ignores SIGTERM and is busy [pyacq-5]", async () => {
  const worker = await start("process");
  const laboratory = await laboratoryOf(worker);
  await laboratory.resist();
  const { opened, open } = gate();
  await laboratory.beBusy(() => open());
  await opened;
  const report = await worker.stop({ timeoutMs: 500 });
  expect(report).toMatchObject({ step: "SIGKILL", exit: { code: null, signal: "SIGKILL" } });
  expect(report.tookMs).toBeLessThan(1_500);
});

it("rejects at once when a program ends before it is ready, with its code and last words [pyacq-2]", async () => {
  const startedMs = performance.now();
  const refusal = await spawn({
    kind: "command",
    command: process.execPath,
    args: [file("early-exit.js")],
    output: "ignore",
  }).catch((error: unknown) => error);
  expect(performance.now() - startedMs).toBeLessThan(1_000);
  expect(refusal).toMatchObject({ code: "START_FAILED", exit: { code: 3, signal: null } });
  expect(String(refusal)).toContain("the lamp is broken");
});

it("rejects when a program does not exist, and names it", async () => {
  const starting = spawn({ kind: "command", command: "/nowhere/program", output: "ignore" });
  await expect(starting).rejects.toMatchObject({
    code: "START_FAILED",
    message: expect.stringContaining("/nowhere/program"),
  });
});

it("kills a program that is not ready in time", async () => {
  const starting = spawn({
    kind: "command",
    command: process.execPath,
    args: [file("never-ready.js")],
    output: "ignore",
    startTimeoutMs: 500,
  });
  await expect(starting).rejects.toMatchObject({
    code: "START_TIMEOUT",
    message: expect.stringContaining("warming up"),
  });
});

it("starts nothing for a signal that has aborted, and ends what has begun when it aborts", async () => {
  const reason = new Error("changed my mind");
  await expect(spawn({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  const controller = new AbortController();
  const starting = spawn({
    kind: "command",
    command: process.execPath,
    args: [file("never-ready.js")],
    output: "ignore",
    signal: controller.signal,
  });
  controller.abort(reason);
  await expect(starting).rejects.toBe(reason);
});

it("runs in the directory and by the Node that it is told, where a debugger may be waited for", async () => {
  using logs = new LogCollector({ sortWindowMs: 1 });
  const said: string[] = [];
  logs.listen(({ msg }) => said.push(msg));
  const options = { cwd: file("."), execPath: process.execPath, execArgv: ["--inspect=127.0.0.1:0"], log: logs };
  const worker = await start("process", options);
  const laboratory = await laboratoryOf(worker);
  expect(`${(await laboratory.whereAmI()).cwd}/`).toBe(file("."));
  await worker.stop();
  logs.flush();
  expect(said.join("\n")).toMatch(/Debugger listening on ws:\/\/127\.0\.0\.1:/);
});

it("refuses options that have no meaning for a kind, and names them", async () => {
  await expect(spawn({ kind: "thread", cwd: "/" })).rejects.toThrow(
    /cwd has no meaning for a worker of the kind "thread"/,
  );
  await expect(spawn({ kind: "thread", transport: memory() })).rejects.toThrow(/transport has no meaning/);
  await expect(spawn({ kind: "command" })).rejects.toThrow(/command is missing/);
  await expect(spawn({ startTimeoutMs: 0 })).rejects.toThrow(/startTimeoutMs is 0/);
  // @ts-expect-error There is no such kind.
  await expect(spawn({ kind: "fiber" })).rejects.toThrow(/kind is fiber/);
});

it("reaches the objects of a process over another transport, if told to", async () => {
  await using transport = zmq();
  await using worker = await start("process", { transport });
  const laboratory = await laboratoryOf(worker);
  expect(await laboratory.add(1, 2)).toBe(3);
  const { opened, open } = gate();
  const pending = laboratory.volley(1, () => {
    open();
    return new Promise(() => undefined);
  });
  const refused = expect(pending).rejects.toThrow();
  await opened;
  await worker.kill();
  await refused;
  await expect(start("process", { transport: memory() })).rejects.toMatchObject({ code: "NO_RECIPE" });
});

it("imports nothing that its owner did not allow [pyacq-17]", async () => {
  await using worker = await start("process", { allow: ["./laboratory.js", "node:os"] });
  expect(await (await laboratoryOf(worker)).add(1, 2)).toBe(3);
  expect(await (await worker.import<typeof import("node:os")>("os")).EOL).toBe("\n");
  for (const specifier of ["./robot.js", "node:fs", "vitest"]) {
    await expect(worker.import(specifier), specifier).rejects.toMatchObject({ code: "NOT_ALLOWED" });
  }
  await expect(agentOf(await worker.put({})).instantiate("./robot.js#Arm")).rejects.toMatchObject({
    code: "NOT_ALLOWED",
  });
  await expect(start("process", { allow: "./laboratory.js" as never })).rejects.toThrow(/allow is missing/);
});

it("lets no module start a worker while a worker imports it", async () => {
  await using worker = await start("process");
  const module = await worker.import<SpawningModule>("./spawns-at-import.js");
  expect(await module.refusal).toMatchObject({
    code: "STARTED_DURING_IMPORT",
    message: expect.stringContaining("spawns-at-import.js"),
  });
});

it.each([
  ["thread", { code: 1, error: { code: "ERR_WORKER_OUT_OF_MEMORY" } }],
  ["process", { signal: "SIGABRT" }],
] as const)("ends a %s that goes over its memory, and nothing else", async (kind, exit) => {
  await using worker = await start(kind, { resourceLimits: { maxOldGenerationSizeMb: 32 } });
  const laboratory = await laboratoryOf(worker);
  await laboratory.hoard();
  expect(await worker.exited).toMatchObject(exit);
});
