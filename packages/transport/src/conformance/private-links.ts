/**
 * Private links with both ends in this process, to run the tests of whatever
 * is built on transports over them.
 *
 * @module
 */

import type { MessagePortOptions } from "../message-port.ts";
import { messagePort } from "../message-port.ts";
import type { PipeOptions } from "../pipe.ts";
import { pipe } from "../pipe.ts";
import type { BothEnds } from "./both-ends.ts";
import { bothEnds } from "./both-ends.ts";
import { owning, socketPair } from "./socket-pair.ts";

/** Makes one transport of a pipe's two ends. */
export function pipePair(options?: PipeOptions): BothEnds {
  const { near, far } = socketPair();
  return bothEnds(
    pipe(owning(near), options),
    far.then((socket) => pipe(owning(socket), options)),
  );
}

/** Makes one transport of the two ends of a `MessageChannel`. */
export function messagePortPair(options?: MessagePortOptions): BothEnds {
  const { port1, port2 } = new MessageChannel();
  return bothEnds(messagePort(port1, options), messagePort(port2, options));
}
