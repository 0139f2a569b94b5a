import type { MessagePort } from "node:worker_threads";
import { MessageChannel, Worker } from "node:worker_threads";
import type { BothEnds } from "@fourwire/transport/conformance";
import { bothEnds, conform, messagePortPair } from "@fourwire/transport/conformance";
import type { MessageEnd } from "@fourwire/transport/message-port";
import { messagePort } from "@fourwire/transport/message-port";
import { describe, it } from "vitest";

const MIB = 1024 * 1024;
const options = { maxMessageBytes: 8 * MIB };
const thread = new URL("peer-thread.js", import.meta.url);

describe("message port", () => {
  let latest: BothEnds | undefined;
  conform(it, {
    name: "message-port",
    record: new URL("conformance/message-port.json", import.meta.url),
    create() {
      latest = messagePortPair(options);
      return latest;
    },
    address: () => "meeting-place",
    async victim(_, address) {
      const worker = new Worker(thread, { execArgv: [], workerData: { task: "idle", address } });
      await latest?.adopt(messagePort(worker), address);
      return { kill: () => worker.terminate() };
    },
  });
});

/** A port as browsers have it: an event target that does not tell when the far end is gone. */
function asInBrowsers(port: MessagePort): MessageEnd {
  return {
    postMessage: (message: unknown, transfer: ArrayBuffer[]) => port.postMessage(message, transfer),
    addEventListener: port.addEventListener.bind(port),
    removeEventListener: port.removeEventListener.bind(port),
    start: () => port.start(),
    close: () => port.close(),
  } as MessageEnd;
}

describe("message port in browsers", () => {
  conform(it, {
    name: "message-port-browser",
    record: new URL("conformance/message-port-browser.json", import.meta.url),
    create() {
      const { port1, port2 } = new MessageChannel();
      return bothEnds(messagePort(asInBrowsers(port1), options), messagePort(asInBrowsers(port2), options));
    },
    address: () => "meeting-place",
  });
});
