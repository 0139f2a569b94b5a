/**
 * An object with a process or thread of its own.
 *
 * @module
 */

import { closeWith, type InstantiateOptions, type Remote } from "@fourwire/proxy";
import { instantiate } from "./instantiate.ts";
import { spawn } from "./spawn.ts";
import type { SpawnOptions } from "./spawn-options.ts";

/** What to serve, and in what. */
export interface ServeInOptions extends Omit<SpawnOptions, "kind" | "command" | "args">, InstantiateOptions {
  /** The class, by the name under which its module exports it. Default `default`. */
  readonly export?: string | undefined;
}

/**
 * Starts a process with one object in it and returns the object's proxy;
 * disposing that stops the process. From Pizco's `serve_in_process`.
 *
 * Rejects with what the constructor throws, and as `spawn` does; then nothing is
 * left running.
 *
 * @example
 * ```ts
 * await using robot = await serveInProcess<Robot>(new URL("./robot.js", import.meta.url), {
 *   export: "Robot",
 *   args: ["Robbie"],
 * });
 * ```
 */
export function serveInProcess<Instance extends object>(
  module: string | URL,
  options: ServeInOptions = {},
): Promise<Remote<Instance> & AsyncDisposable> {
  return serveIn("process", module, options);
}

/** Starts a thread with one object in it, as `serveInProcess` does a process. From Pizco's `serve_in_thread`. */
export function serveInThread<Instance extends object>(
  module: string | URL,
  options: Omit<ServeInOptions, "cwd" | "execPath"> = {},
): Promise<Remote<Instance> & AsyncDisposable> {
  return serveIn("thread", module, options);
}

async function serveIn<Instance extends object>(
  kind: "process" | "thread",
  module: string | URL,
  { args = [], export: name = "default", ...options }: ServeInOptions,
): Promise<Remote<Instance> & AsyncDisposable> {
  const worker = await spawn({ name, ...options, kind });
  try {
    const anchor = await worker.put({});
    const remote = await instantiate<Instance>(anchor, `${String(module)}#${name}`, { args });
    return closeWith(remote, async () => void (await worker.stop()));
  } catch (error) {
    await worker.stop();
    throw error;
  }
}
