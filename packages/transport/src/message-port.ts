/**
 * The message port driver: threads of one process, and browser workers.
 *
 * @module
 */

import type { MessageEnd } from "./message-port-end.ts";
import { isMessageEnd, isWorker, noticesLoss, parentEnd } from "./message-port-end.ts";
import { MessagePortWire } from "./message-port-wire.ts";
import type { Transport } from "./transport.ts";
import { Trunk } from "./trunk.ts";
import type { TrunkOptions } from "./trunk-options.ts";
import { settleTrunk } from "./trunk-options.ts";

export type { MessageEnd } from "./message-port-end.ts";

/** Limits of a message port; plain data. */
export interface MessagePortOptions extends TrunkOptions {
  /** The largest message in bytes, all frames together, to send and to receive. Default: no limit. */
  readonly maxMessageBytes?: number | undefined;
  /**
   * Whether frames of 16 KiB and more that are the whole of their buffer are
   * moved to the far end, which leaves the sender's empty, instead of copied.
   * A `GivenFrame` always is.
   *
   * It breaks the promise that senders may reuse what they sent, so it is for
   * channels of your own: a session keeps what it sent until it is acknowledged.
   * Default `false`.
   */
  readonly transfer?: boolean | undefined;
}

/**
 * Creates one end of a message port: of a worker that this thread started, or
 * of a port whose other end is elsewhere.
 *
 * Either end listens at names and connects to the names at which the other
 * listens. Throws a `TypeError` that names the option that is wrong.
 *
 * @example
 * ```ts
 * const worker = new Worker(new URL("./calculator.js", import.meta.url));
 * await using transport = messagePort(worker);
 * const channel = await transport.connect("calculator"); // the worker listens there
 * ```
 */
export function messagePort(end: MessageEnd, options?: MessagePortOptions): Transport;
/** Creates a worker's end of the way to whoever started it. */
export function messagePort(options?: MessagePortOptions): Transport;
export function messagePort(first: MessageEnd | MessagePortOptions = {}, second: MessagePortOptions = {}): Transport {
  return isMessageEnd(first) ? createMessagePort(first, second) : createMessagePort(parentEnd(), first);
}

function createMessagePort(end: MessageEnd, options: MessagePortOptions): Transport {
  const { transfer = false } = options;
  if (typeof transfer !== "boolean") throw new TypeError(`transfer is true or false, not ${String(transfer)}`);
  const settings = settleTrunk(options, Number.POSITIVE_INFINITY);
  const trunk = new Trunk(new MessagePortWire(end, transfer), settings);
  const close = (): Promise<void> => trunk.close();
  const recipe = {
    module: "@fourwire/transport/message-port",
    export: "messagePort",
    options: structuredClone(options),
  };
  return {
    name: "messagePort",
    traits: {
      detectsLoss: noticesLoss(end),
      topics: false,
      queues: false,
      logs: false,
      durable: false,
      transferables: true,
      encrypted: true,
      local: true,
      maxMessageBytes: settings.maxMessageBytes,
    },
    // A worker finds the way to its starter by itself; nobody finds any other port.
    ...(isWorker(end) && { recipe }),
    connect: (address, wait) => trunk.connect(address, wait),
    listen: (address, wait) => trunk.listen(address, wait),
    close,
    [Symbol.asyncDispose]: close,
  };
}
