// @ts-check
import { Router } from "../../../zeromq.mjs";
import { receiverOptions } from "./sockets.mjs";

/**
 * @param {string} address
 * @returns {Promise<import("../../peers.mjs").Connection>}
 */
export async function connect(address) {
  const router = new Router(receiverOptions);
  router.connect(address);
  const [sender = Buffer.alloc(0)] = await router.receive();
  return {
    receive: async (request, read) => {
      await router.send([sender, JSON.stringify(request)]);
      for (let received = 0; received < request.count; received += 1) {
        const [, chunk = Buffer.alloc(0)] = await router.receive();
        read(chunk);
      }
    },
    close: async () => router.close(),
  };
}
