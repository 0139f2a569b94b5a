// @ts-check
import { openSession } from "@fourwire/session";
import { zmq } from "@fourwire/transport-zmq";

/**
 * @param {string} address
 * @returns {Promise<import("../../peers.mjs").Connection>}
 */
export async function connect(address) {
  const transport = zmq();
  const session = await openSession(transport, address);
  return {
    receive: async ({ chunkBytes, count }, read) => {
      /** @type {any} what the server's handler returns */
      const chunks = await session.call("stream", [chunkBytes, count]);
      for await (const chunk of chunks) read(chunk);
    },
    close: async () => {
      await session.close();
      await transport.close();
    },
  };
}
