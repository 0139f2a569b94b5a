/**
 * The thread of a synchronous connection, as the thread that uses it sees it.
 *
 * @module
 */

import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import type { Frames } from "@fourwire/transport";
import { countPosted, createCell, hasEnded, postFrames, waitBeyond } from "./mailbox.ts";
import type { ThreadOrders } from "./orders.ts";

/** Where the built thread is: the same from this file's source as from what it is built to. */
const THREAD = new URL("../../dist/sync/worker.js", import.meta.url);

/**
 * A thread with a connection in it. It never keeps the process alive.
 *
 * Messages come to `onMessage` when the event loop turns, unless they are taken
 * before, which needs no turn.
 */
export class ThreadLink {
  readonly #port: MessagePort;
  readonly #cell = createCell();
  readonly #worker: Worker;

  constructor(orders: Omit<ThreadOrders, "port" | "cell">) {
    const { port1, port2 } = new MessageChannel();
    const workerData: ThreadOrders = { ...orders, port: port2, cell: this.#cell };
    // Without this process's own options: what they load is for this thread, and may be a loader that the other lacks.
    this.#worker = new Worker(THREAD, { workerData, transferList: [port2], execArgv: [] });
    // Whoever waits sees in the cell that the thread has ended; nobody else needs to know why.
    this.#worker.on("error", () => undefined);
    this.#worker.unref();
    this.#port = port1;
  }

  /** Whether the thread has ended, and nothing more will come. */
  get ended(): boolean {
    return hasEnded(this.#cell);
  }

  /** Hands over what the event loop receives from now on. */
  listen(onMessage: (message: unknown) => void): void {
    this.#port.on("message", onMessage);
    this.#port.unref();
  }

  /** Runs something once the thread has ended and the event loop turned. */
  onEnd(run: () => void): void {
    this.#worker.once("exit", run);
  }

  /** Posts a message. */
  post(frames: Frames): void {
    postFrames(this.#port, frames);
  }

  /**
   * Takes the next message, without waiting for a turn of the event loop.
   * Returns nothing when there was none for so long, or the thread has ended.
   */
  take(waitMs: number): unknown {
    const posted = countPosted(this.#cell);
    const message = this.#takeNow();
    if (message !== undefined || this.ended) return message ?? this.#takeNow();
    waitBeyond(this.#cell, posted, waitMs);
    return this.#takeNow();
  }

  /** Takes no more messages. */
  close(): void {
    this.#port.close();
  }

  #takeNow(): unknown {
    const received: { readonly message: unknown } | undefined = receiveMessageOnPort(this.#port);
    return received?.message;
  }
}
