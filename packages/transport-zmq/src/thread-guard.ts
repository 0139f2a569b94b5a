/**
 * The end of a thread that still waits for messages.
 *
 * zeromq.js aborts the whole process when a thread ends while a socket of it
 * waits (zeromq.js#411).
 *
 * @module
 */

import { isMainThread } from "node:worker_threads";
import { Observer } from "zeromq";

/** The time in which libzmq closes a socket whose messages are dropped. */
const LAST_EVENT_MS = 200;

/** What waits for messages: a socket or its observer. */
export interface Waiting {
  close(): void;
}

/**
 * Closes what waits when a worker thread exits or throws.
 *
 * A thread that is terminated from outside runs no code any more and cannot be
 * helped: whoever terminates it closes its transports first.
 */
export class ThreadGuard {
  readonly #waiting = new Set<Waiting>();

  /** Guards a socket for as long as the work that waits on it goes on. */
  async during(socket: Waiting, work: Promise<void>): Promise<void> {
    // The main thread's end is the process's, where nothing aborts.
    if (isMainThread) return await work;
    if (this.#waiting.size === 0) process.on("exit", this.#closeAll);
    this.#waiting.add(socket);
    try {
      await work;
    } finally {
      this.#waiting.delete(socket);
      if (this.#waiting.size === 0) process.off("exit", this.#closeAll);
    }
  }

  readonly #closeAll = (): void => {
    const observers: Waiting[] = [];
    for (const socket of this.#waiting) {
      if (socket instanceof Observer) observers.push(socket);
      else socket.close();
    }
    if (observers.length === 0) return;
    // libzmq blocks for ever on an event that nobody can take, so its last one has to arrive first.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LAST_EVENT_MS);
    for (const observer of observers) observer.close();
  };
}
