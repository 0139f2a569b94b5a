/**
 * Workers that are threads of this process.
 *
 * @module
 */

import process from "node:process";
import { MessageChannel, Worker as NodeWorker, type ResourceLimits } from "node:worker_threads";
import { messagePort } from "@fourwire/transport/message-port";
import type { Exit } from "./exit.ts";
import type { Runtime } from "./runtime.ts";

/** What to start. */
export interface ThreadOptions {
  readonly entry: URL;
  readonly name: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly execArgv: readonly string[] | undefined;
  readonly resourceLimits: ResourceLimits | undefined;
  readonly startTimeoutMs: number;
}

/** Starts a thread with a private link; it cannot outlive its process. */
export function startThread(options: ThreadOptions): Runtime {
  const { entry, name, args, env, execArgv, resourceLimits, startTimeoutMs } = options;
  const { port1, port2 } = new MessageChannel();
  const worker = new NodeWorker(entry, {
    name,
    argv: [...args],
    env,
    ...(execArgv && { execArgv: [...execArgv] }),
    ...(resourceLimits && { resourceLimits }),
    stdout: true,
    stderr: true,
    workerData: { port: port2 },
    transferList: [port2],
  });
  const exited = watchExit(worker, () => port1.close());
  const end = (): void => {
    // Whether it had ended already does not matter.
    worker.terminate().catch(() => undefined);
  };
  return {
    kind: "thread",
    pid: process.pid,
    transport: messagePort(port1, { connectTimeoutMs: startTimeoutMs }),
    stdout: worker.stdout,
    stderr: worker.stderr,
    exited,
    forcedSteps: [{ name: "terminate", end }],
    signal: end,
  };
}

function watchExit(worker: NodeWorker, freed: () => void): Promise<Exit> {
  return new Promise((resolve) => {
    let error: Error | undefined;
    worker.on("error", (cause: Error) => {
      error = cause;
    });
    worker.once("exit", (code) => {
      freed();
      resolve({ code, signal: null, error });
    });
  });
}
