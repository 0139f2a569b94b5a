/**
 * Workers that are threads of this process.
 *
 * @module
 */

import process from "node:process";
import { MessageChannel, type MessagePort, Worker as NodeWorker, type ResourceLimits } from "node:worker_threads";
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
  const { port1: records, port2: sink } = new MessageChannel();
  // Read even if nobody collects them: what is not read would gather in the port.
  records.on("message", () => undefined).unref();
  const worker = new NodeWorker(entry, {
    name,
    argv: [...args],
    env,
    ...(execArgv && { execArgv: [...execArgv] }),
    ...(resourceLimits && { resourceLimits }),
    stdout: true,
    stderr: true,
    workerData: { port: port2, sink },
    transferList: [port2, sink],
  });
  const exited = watchExit(worker, () => freePorts(port1, records));
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
    onRecord: (listener) => void records.on("message", (line) => listener(String(line))).unref(),
    forcedSteps: [{ name: "terminate", end }],
    signal: end,
  };
}

/** Closes the ports of a thread that has ended, once what it posted last was read. */
function freePorts(port: MessagePort, records: MessagePort): void {
  port.close();
  setImmediate(() => records.close());
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
