/**
 * Starting workers.
 *
 * @module
 */

import process from "node:process";
import { collectLogs } from "./collect-logs.ts";
import { checkNotImporting } from "./during-import.ts";
import { introduce } from "./introduce.ts";
import { LineTail } from "./line-tail.ts";
import type { Runtime } from "./runtime.ts";
import { type DetachedOptions, type DetachedWorker, spawnDetached } from "./spawn-detached.ts";
import { completeSpawn, type SpawnOptions, type SpawnSettings } from "./spawn-options.ts";
import { startWorker } from "./start-worker.ts";
import { Supervisor } from "./supervisor.ts";
import { createWorker, type Worker } from "./worker.ts";

/**
 * Starts a worker and resolves when it is ready. From Pyacq's `ProcessSpawner`.
 *
 * The worker ends with this process, however that ends. Rejects with
 * `START_FAILED` as soon as the worker ends before it was ready, with
 * `START_TIMEOUT`, `STARTED_DURING_IMPORT`, the signal's reason, or with a
 * `TypeError` for options that make no sense; then nothing is left running.
 *
 * @example
 * ```ts
 * await using worker = await spawn({ name: "acquisition" });
 * const os = await worker.import<typeof import("node:os")>("node:os");
 * await os.hostname();
 * ```
 */
export function spawn(options?: SpawnOptions): Promise<Worker>;
/**
 * Starts a worker that outlives this process, and attaches to it; `attach` with
 * its address and key reaches it again, from here or from elsewhere. What it
 * writes goes to a file. Rejects as `startDaemon` and `attach` do.
 */
export function spawn(options: DetachedOptions): Promise<DetachedWorker>;
export async function spawn(options: SpawnOptions | DetachedOptions = {}): Promise<Worker | DetachedWorker> {
  if (options.detached) return await spawnDetached(options);
  checkNotImporting();
  const settings = completeSpawn(options);
  settings.signal?.throwIfAborted();
  const { restart } = settings;
  const worker = await startOne(settings);
  return restart
    ? new Supervisor(worker, settings, restart, () => startOne({ ...settings, signal: undefined }))
    : worker;
}

async function startOne(settings: SpawnSettings): Promise<Worker> {
  const runtime = startWorker(settings);
  const stderr = new LineTail(runtime.stderr);
  if (settings.log) collectLogs(runtime, settings.name, settings.log);
  else if (settings.output === "inherit") show(runtime);
  else discard(runtime);
  try {
    return createWorker(runtime, await introduce(runtime, settings, stderr), settings, stderr);
  } catch (error) {
    await end(runtime);
    throw error;
  }
}

/** Shows what a worker writes where this process writes. */
function show({ stdout, stderr }: Runtime): void {
  stdout?.on("data", (chunk: Uint8Array) => process.stdout.write(chunk));
  stderr?.on("data", (chunk: Uint8Array) => process.stderr.write(chunk));
}

/** Reads what a worker writes, which otherwise would wait for a reader. */
function discard({ stdout, stderr }: Runtime): void {
  stdout?.resume();
  stderr?.resume();
}

async function end(runtime: Runtime): Promise<void> {
  runtime.signal("SIGKILL");
  await runtime.exited;
  await runtime.transport.close();
}
