/** A child process of a test. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export interface Child extends AsyncDisposable {
  /** What it said first. */
  readonly said: string;
  /** Settles with its status, or the signal that ended it. */
  readonly ended: Promise<unknown>;
  /** Ends it at once, without a goodbye. */
  kill(): Promise<void>;
}

/** Starts a program and waits until it says something. */
export async function startChild(file: string, ...args: readonly string[]): Promise<Child> {
  const child: ChildProcess = fork(fileURLToPath(new URL(file, import.meta.url)), [...args], { execArgv: [] });
  const ended = once(child, "exit").then(([status, signal]: unknown[]) => signal ?? status);
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
  };
  const [said]: unknown[] = await once(child, "message");
  return { said: String(said), ended, kill, [Symbol.asyncDispose]: kill };
}
