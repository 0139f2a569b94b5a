// @ts-check
import { Publisher, Pull, socketOptions } from "../../../zeromq.mjs";
import { EVENT_BYTES } from "../../peers.mjs";

/** How often a subscriber that waits to be let in is told that it is. */
const HELLO_MS = 5;

/** @returns {Promise<import("../../../harness.mjs").RunningServer>} */
export async function start() {
  const publisher = new Publisher({ sendHighWaterMark: 0, linger: 0 });
  const orders = new Pull({ receiveHighWaterMark: 0, linger: socketOptions.linger });
  await publisher.bind("tcp://127.0.0.1:*");
  await orders.bind("tcp://127.0.0.1:*");
  // One writer a socket: between orders only hellos are sent.
  let isBusy = false;
  const greet = async () => {
    if (isBusy) return;
    isBusy = true;
    await publisher.send(["hello", ""]);
    isBusy = false;
  };
  const greeting = setInterval(greet, HELLO_MS);
  const serve = async () => {
    const event = Buffer.alloc(EVENT_BYTES);
    for await (const [count] of orders) {
      while (isBusy) await new Promise((resolve) => setImmediate(resolve));
      isBusy = true;
      for (let left = Number(count); left > 0; left -= 1) await publisher.send(["events", event]);
      isBusy = false;
    }
  };
  void serve();
  return {
    address: JSON.stringify([publisher.lastEndpoint, orders.lastEndpoint]),
    close: async () => {
      clearInterval(greeting);
      orders.close();
      publisher.close();
    },
  };
}
