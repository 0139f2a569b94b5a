/** Another process with the built driver, for tests that end it. */
import type { ChildProcess } from "node:child_process";
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export interface PeerOrders {
  readonly url: string;
  /** Connects there. */
  readonly connect?: string;
  /** Listens there and answers every message with itself. */
  readonly listen?: string;
  /** Takes items of that queue and says each id, settling none before it is told to go on. */
  readonly consume?: string;
  /** Closes everything once it did the above, and is expected to end by itself. */
  readonly thenClose?: boolean;
}

export interface Peer {
  readonly process: ChildProcess;
  /** Where it listens. */
  readonly address: string;
  /** Ends it at once, without a goodbye. */
  kill(): Promise<void>;
}

export async function startPeer(orders: PeerOrders): Promise<Peer> {
  const child = fork(fileURLToPath(new URL("peer-process.js", import.meta.url)), [JSON.stringify(orders)], {
    execArgv: [],
  });
  const [address] = await once(child, "message");
  return {
    process: child,
    address: String(address),
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}
