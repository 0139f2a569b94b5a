// @ts-check
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serveHub } from "@fourwire/hub";
import { durable } from "@fourwire/hub/durable";
import { zmq } from "@fourwire/transport-zmq";

/** @returns {Promise<import("../../../harness.mjs").RunningServer>} */
export async function start() {
  const path = mkdtempSync(join(tmpdir(), "fourwire-bench-queue-"));
  const backend = durable({ path, maxQueuedBytes: 1024 ** 3 });
  const transport = zmq();
  const hub = await serveHub({ transport, address: "tcp://127.0.0.1:0", backend });
  return {
    address: hub.address,
    close: async () => {
      await hub.close();
      await transport.close();
      await backend.close();
      rmSync(path, { recursive: true });
    },
  };
}
