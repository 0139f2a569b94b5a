// @ts-check
import { listen } from "../web-socket-server.mjs";
import { answer } from "../wire.mjs";

/** @returns {Promise<import("../../../harness.mjs").RunningServer>} */
export function start() {
  return listen((socket) => {
    socket.on("message", (request) => {
      if (Buffer.isBuffer(request)) socket.send(answer(request));
    });
  });
}
