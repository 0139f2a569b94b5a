/** A child process, for tests that end it. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export interface Child {
  /** What it said when it was ready. */
  readonly said: string;
  /** Ends it at once, without a goodbye. */
  kill(): Promise<void>;
}

export async function startChild(file: string, ...args: readonly string[]): Promise<Child> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), [...args], { execArgv: [] });
  const [said] = await once(child, "message");
  return {
    said: String(said),
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}
