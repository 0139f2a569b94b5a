/**
 * Other processes, with the built packages as users have them, for tests that end them.
 *
 * @module
 */

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A process that said that it is ready. Disposing it kills it. */
export interface Child extends AsyncDisposable {
  readonly process: ChildProcess;
  /** What it said when it was ready, such as the address at which it listens. */
  readonly said: string;
  /** Settles with its status, or the signal that ended it. */
  readonly ended: Promise<unknown>;
  /** Ends it at once, without a goodbye. Safe to call twice. */
  kill(): Promise<void>;
}

/**
 * Starts a module of JavaScript as a process and waits for its first message.
 * Rejects when it ends before.
 */
export async function startChild(module: URL, args: readonly string[] = []): Promise<Child> {
  // No options of this process's, among which is the one that finds the packages' sources.
  const child = fork(fileURLToPath(module), [...args], { execArgv: [] });
  const ended = once(child, "exit").then(([status, signal]: unknown[]) => signal ?? status);
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
  };
  const early = ended.then((end) => Promise.reject(new Error(`${module.href} ended with ${String(end)}`)));
  const [said]: unknown[] = await Promise.race([once(child, "message"), early]);
  // From here on its end is no failure.
  early.catch(() => undefined);
  return { process: child, said: String(said), ended, kill, [Symbol.asyncDispose]: kill };
}
