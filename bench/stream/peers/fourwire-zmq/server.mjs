// @ts-check
import { serveSessions } from "@fourwire/session";
import { zmq } from "@fourwire/transport-zmq";
import { createChunk } from "../../chunks.mjs";

/** @returns {Promise<import("../../../harness.mjs").RunningServer>} */
export async function start() {
  const transport = zmq();
  const server = await serveSessions(transport, "tcp://127.0.0.1:0", () => ({
    call: (_target, [chunkBytes, count]) => repeat(createChunk(Number(chunkBytes)), Number(count)),
    notify: () => undefined,
  }));
  return {
    address: server.address,
    close: async () => {
      await server[Symbol.asyncDispose]();
      await transport.close();
    },
  };
}

/**
 * @param {Uint8Array} chunk
 * @param {number} count
 * @returns {AsyncGenerator<Uint8Array, void>}
 */
async function* repeat(chunk, count) {
  for (let sent = 0; sent < count; sent += 1) yield chunk;
}
