/**
 * Contexts for tests, over the transports that processes can use.
 *
 * @module
 */

import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { type Context, type ContextOptions, createContext } from "@fourwire/state/processes";
import type { Transport } from "@fourwire/transport";
import { type TransportCase, transports } from "../transports.ts";
import type { Shape } from "./tasks.js";

/** The transports that another process can build. */
export const reachable: readonly TransportCase[] = transports.filter(({ name }) =>
  ["zmq", "webSocket", "redis"].includes(name),
);

export const initial: Shape = { log: [], tries: [], seen: [], pids: [], deaths: 0, lives: 0 };

/** What the tests make contexts with: the options of the test runner are not for what they start. */
export function optionsFor(
  transport: Transport,
  { processes, ...options }: Partial<ContextOptions<Shape>> = {},
): ContextOptions<Shape> {
  const started = processes?.backend === "inline" ? {} : { execArgv: [] };
  return {
    transport,
    ...(options.server === undefined && { initial }),
    ...options,
    processes: { ...started, output: "ignore", startTimeoutMs: 30_000, ...processes },
  };
}

/** Makes a context with a transport of its own, which is closed with it. */
export async function contextOver(
  { create }: TransportCase,
  options: Partial<ContextOptions<Shape>> = {},
): Promise<{ readonly context: Context<Shape>; readonly transport: Transport } & AsyncDisposable> {
  const transport = create();
  const context = await createContext<Shape>(optionsFor(transport, options));
  return {
    context,
    transport,
    async [Symbol.asyncDispose]() {
      await context.close();
      await transport.close();
    },
  };
}

/** Waits until processes are gone, and returns the ids of those that are not in time. */
export async function survivorsOf(pids: readonly number[], withinMs: number): Promise<number[]> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const states = await Promise.all(pids.map(async (pid) => ((await isRunning(pid)) ? [pid] : [])));
    const survivors = states.flat();
    if (survivors.length === 0 || performance.now() > deadline) return survivors;
    await pause(20);
  }
}

/** Says whether a process runs; one that has ended and that nobody has asked about does not. */
export async function isRunning(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const status = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return !/\) Z /.test(status);
}
