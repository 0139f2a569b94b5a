// @ts-check
import { memory } from "@fourwire/transport/memory";
import { connectBoth, serveBoth } from "../fourwire.mjs";

/** @returns {Promise<import("../../peers.mjs").Connection>} */
export async function connect() {
  const transport = memory();
  const server = await serveBoth(transport);
  const connection = await connectBoth(transport, server.address);
  return {
    ...connection,
    close: async () => {
      await connection.close();
      await server.close();
    },
  };
}
