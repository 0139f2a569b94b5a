/**
 * Contexts for tests, over the transports that processes can use.
 *
 * @module
 */

import { type Context, type ContextOptions, createContext } from "@fourwire/state/processes";
import type { Transport } from "@fourwire/transport";
import { type TransportCase, transports } from "../transports.ts";
import type { Shape } from "./tasks.js";

export { isRunning, survivorsOf } from "@fourwire/test-kit";

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
