/** Both ends of private links in this process, for tests that want one transport to listen and to connect with. */
import { MessageChannel } from "node:worker_threads";
import type { BothEnds } from "@fourwire/transport/conformance";
import { bothEnds } from "@fourwire/transport/conformance";
import type { MessagePortOptions } from "@fourwire/transport/message-port";
import { messagePort } from "@fourwire/transport/message-port";
import type { PipeOptions } from "@fourwire/transport/pipe";
import { pipe } from "@fourwire/transport/pipe";
import { owning, socketPair } from "./socket-pair.ts";

export function pipePair(options?: PipeOptions): BothEnds {
  const { near, far } = socketPair();
  return bothEnds(
    pipe(owning(near), options),
    far.then((socket) => pipe(owning(socket), options)),
  );
}

export function messagePortPair(options?: MessagePortOptions): BothEnds {
  const { port1, port2 } = new MessageChannel();
  return bothEnds(messagePort(port1, options), messagePort(port2, options));
}
