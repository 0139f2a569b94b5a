/**
 * The end of a thread that was started as a worker.
 *
 * @module
 */

import process from "node:process";
import { type MessagePort, workerData } from "node:worker_threads";
import { messagePort } from "@fourwire/transport/message-port";
import { createHost } from "./host.ts";
import { WORKER_ADDRESS } from "./link.ts";
import { installSink, portSink } from "./record-sink.ts";
import { PRIVATE_LIMITS, serveHost } from "./serve-host.ts";

/** Makes this thread a worker of the thread that started it. */
export async function serveStarter(): Promise<void> {
  // The starter's own place for it, as the user's modules may use the ordinary way to it.
  const { port, sink }: { readonly port: MessagePort; readonly sink: MessagePort } = workerData;
  installSink(portSink(sink));
  const transport = messagePort(port);
  await serveHost(createHost({ isPrivate: true, leave: () => process.exit() }), WORKER_ADDRESS, {
    transport,
    limits: PRIVATE_LIMITS,
  });
}
