/**
 * Another process that serves, listens, or comes and goes, for tests that end it.
 *
 * @module
 */

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { TransportCase } from "./transports.ts";

export interface PeerOrders {
  readonly role: "server" | "slot" | "run and close" | "holder" | "desk";
  readonly address?: string;
  /** Where a holder hands over to. */
  readonly desk?: string;
  /** Default: ZeroMQ, as memory does not reach another process. */
  readonly transport?: TransportCase["name"];
  /** Where Redis is. */
  readonly url?: string;
}

export interface Peer extends AsyncDisposable {
  readonly process: ChildProcess;
  /** What it said when it was ready: a server says its address. */
  readonly said: string;
  /** Ends it at once, without a goodbye. */
  kill(): Promise<void>;
}

/** Starts a process and resolves when it is ready. */
export async function startPeer(orders: PeerOrders): Promise<Peer> {
  const child = fork(fileURLToPath(new URL("peer-process.js", import.meta.url)), [JSON.stringify(orders)], {
    // Built packages, as users have them; not the sources that tests see.
    execArgv: [],
  });
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  };
  const [said]: unknown[] = await Promise.race([
    once(child, "message"),
    once(child, "exit").then(([status]) => Promise.reject(new Error(`The peer ended with ${String(status)}`))),
  ]);
  return { process: child, said: String(said), kill, [Symbol.asyncDispose]: kill };
}
