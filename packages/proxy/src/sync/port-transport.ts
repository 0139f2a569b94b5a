/**
 * The thread that uses a connection, as a transport of the thread that has it.
 *
 * @module
 */

import type { MessagePort } from "node:worker_threads";
import { createChannel, createListener, type Transport, TransportError } from "@fourwire/transport";
import { isFrames, postFrames, wake } from "./mailbox.ts";

/**
 * Makes a transport with one listener and one channel: the other thread's.
 *
 * What is sent wakes that thread if it waits.
 */
export function createPortTransport(port: MessagePort, cell: Int32Array<SharedArrayBuffer>): Transport {
  const { listener, accept } = createListener({ address: "thread", close: async () => undefined });
  const close = async (): Promise<void> => port.close();
  return {
    name: "thread",
    traits: {
      detectsLoss: true,
      topics: false,
      queues: false,
      logs: false,
      durable: false,
      transferables: false,
      encrypted: true,
      local: true,
      maxMessageBytes: Number.POSITIVE_INFINITY,
    },
    connect: () => Promise.reject(new TransportError("UNSUPPORTED", "Nothing is connected to in this direction")),
    async listen() {
      const { channel, receive, end } = createChannel({
        async send(frames) {
          postFrames(port, frames);
          wake(cell);
        },
        close,
      });
      port.on("message", (message) => {
        if (isFrames(message)) receive(message);
      });
      port.once("close", () => end(new TransportError("LOST", "The thread that used the connection is gone")));
      accept(channel);
      return listener;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
