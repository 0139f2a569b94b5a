/**
 * Another process with the built packages, for tests that kill it.
 *
 * @module
 */

import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export interface PeerOrders {
  readonly role: "authority" | "client" | "counter" | "heir";
  readonly path?: string;
  readonly address?: string;
  readonly from?: number;
  readonly url?: string;
}

export interface Peer extends AsyncDisposable {
  /** What it said when it was ready: an authority says its address. */
  readonly said: string;
  /** Ends it at once, without a goodbye. */
  kill(): Promise<void>;
}

/** Starts a process and resolves when it has something to say. */
export async function startPeer(orders: PeerOrders): Promise<Peer> {
  const child = fork(fileURLToPath(new URL("store-process.js", import.meta.url)), [JSON.stringify(orders)], {
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
  return { said: String(said), kill, [Symbol.asyncDispose]: kill };
}
