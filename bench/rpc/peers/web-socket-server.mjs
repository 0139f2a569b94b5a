// @ts-check
import { once } from "node:events";
import { WebSocketServer } from "ws";

/**
 * Listens for WebSockets on a free port of the loopback interface.
 *
 * @param {(socket: import("ws").WebSocket) => void} accept
 * @returns {Promise<import("../../harness.mjs").RunningServer>}
 */
export async function listen(accept) {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
  server.on("connection", accept);
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("bench: the server has no port");
  return {
    address: `ws://127.0.0.1:${address.port}`,
    close: async () => {
      for (const socket of server.clients) socket.terminate();
      server.close();
    },
  };
}
