// @ts-check
import { fork } from "node:child_process";

/** How long a process may take to end after it was told to, before it is killed. */
const STOP_MS = 4000;

/**
 * A process of one peer, forked by the harness.
 *
 * It always ends: `stop` disconnects it, which makes it close and exit, and
 * kills it if it does not; and it exits by itself when this process is gone.
 */
export class Child {
  #process;
  #label;
  #exited;

  /**
   * @param {string} label for messages
   * @param {URL} module its main module
   * @param {readonly string[]} args
   * @param {readonly string[]} execArgv options for Node itself
   */
  constructor(label, module, args, execArgv) {
    this.#label = label;
    // What a library prints must not mix with the tables on standard output.
    this.#process = fork(module, [...args], { execArgv: [...execArgv], stdio: ["ignore", 2, 2, "ipc"] });
    const child = this.#process;
    this.#exited = new Promise((resolve) => child.once("exit", resolve));
  }

  /**
   * Waits for the one message this process sends. Rejects when it ends first,
   * does not answer in time, or the signal aborts.
   *
   * @param {number} timeoutMs
   * @param {AbortSignal} signal
   * @returns {Promise<any>}
   */
  async message(timeoutMs, signal) {
    const child = this.#process;
    const waiting = new AbortController();
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs), waiting.signal]);
    try {
      return await new Promise((resolve, reject) => {
        child.once("message", resolve);
        child.once("error", reject);
        child.once("exit", (code, killed) => reject(new Error(`${this.#label} ended early with ${killed ?? code}`)));
        deadline.addEventListener("abort", () => {
          reject(signal.aborted ? signal.reason : new Error(`${this.#label} did not answer within ${timeoutMs} ms`));
        });
      });
    } finally {
      waiting.abort();
    }
  }

  /** @returns {Promise<void>} */
  async stop() {
    const child = this.#process;
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const kill = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
    if (child.connected) child.disconnect();
    await this.#exited;
    clearTimeout(kill);
  }
}
