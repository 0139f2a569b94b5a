// @ts-check
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { durable } from "@fourwire/hub/durable";
import { zmq } from "@fourwire/transport-zmq";
import { startHub } from "../../hub-server.mjs";

/** @returns {Promise<import("../../../harness.mjs").RunningServer>} */
export async function start() {
  const path = mkdtempSync(join(tmpdir(), "fourwire-bench-bus-"));
  const backend = durable({ path, maxQueuedBytes: 1024 ** 3 });
  const server = await startHub(() => zmq(), "tcp://127.0.0.1:0", backend);
  return {
    address: server.address,
    close: async () => {
      await server.close();
      await backend.close();
      rmSync(path, { recursive: true });
    },
  };
}
