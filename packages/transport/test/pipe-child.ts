/** A real child process with a pipe, for tests that end it. */
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { fileURLToPath } from "node:url";

export interface PipeChild {
  readonly child: ChildProcess;
  /** Settles with the exit code or the signal. */
  readonly exited: Promise<number | string>;
  /** Ends it at once, without a goodbye. */
  kill(): Promise<void>;
}

/** Starts peer-process.js, which imports the built driver. */
export function startChild(task: string, address = "", pipe: Socket | "overlapped" | "pipe" = "pipe"): PipeChild {
  const child = spawn(process.execPath, [fileURLToPath(new URL("peer-process.js", import.meta.url)), task, address], {
    stdio: ["ignore", "pipe", "inherit", pipe],
  });
  const exited = once(child, "exit").then(([code, signal]): number | string => code ?? signal);
  return {
    child,
    exited,
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
