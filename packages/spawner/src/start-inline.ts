/**
 * Workers that are no more than a set of objects in this very thread.
 *
 * @module
 */

import process from "node:process";
import { memory } from "@fourwire/transport/memory";
import type { Exit } from "./exit.ts";
import { createHost } from "./host.ts";
import { WORKER_ADDRESS } from "./link.ts";
import type { Runtime } from "./runtime.ts";
import { PRIVATE_LIMITS, serveHost } from "./serve-host.ts";
import type { SpawnSettings } from "./spawn-options.ts";

/** Starts a worker in this thread, for tests and debugging: the same API, nothing started. */
export function startInline({ base, session }: Pick<SpawnSettings, "base" | "session">): Runtime {
  const transport = memory();
  let settle: (exit: Exit) => void = () => undefined;
  const exited = new Promise<Exit>((resolve) => {
    settle = resolve;
  });
  const host = createHost({ base, isPrivate: true, leave: () => end(), onError: session.onError });
  const end = (): void => {
    transport.close().then(
      () => settle({ code: 0, signal: null }),
      (error: Error) => settle({ code: null, signal: null, error }),
    );
  };
  const serving = serveHost(host, WORKER_ADDRESS, { transport, limits: { ...PRIVATE_LIMITS, ...session.limits } });
  serving.catch((error: Error) => settle({ code: null, signal: null, error }));
  return {
    kind: "inline",
    pid: process.pid,
    transport: {
      ...transport,
      // It may be asked for before it listens, which no process to wait for says here.
      connect: async (address, wait) => {
        await serving;
        return await transport.connect(address, wait);
      },
    },
    stdout: undefined,
    stderr: undefined,
    exited,
    // What it says is this process's own.
    onRecord: () => undefined,
    forcedSteps: [{ name: "terminate", end }],
    signal: end,
  };
}
