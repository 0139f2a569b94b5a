/**
 * The pipe driver: an inherited socket pair between a process and its child.
 *
 * @module
 */

import { Socket } from "node:net";
import { PipeWire } from "./pipe-wire.ts";
import type { Recipe, Transport } from "./transport.ts";
import { Trunk } from "./trunk.ts";
import type { TrunkOptions } from "./trunk-options.ts";
import { settleTrunk } from "./trunk-options.ts";

/** Limits of a pipe, and where it is; plain data. */
export interface PipeOptions extends TrunkOptions {
  /** The child's file descriptor, which is the place in the `stdio` that it was spawned with. Default 3. */
  readonly fd?: number | undefined;
  /**
   * The largest message in bytes, all frames together, to send and to receive.
   * A far end that sends more is lost. Default 64 MiB; give both ends the same.
   */
  readonly maxMessageBytes?: number | undefined;
}

/** A child process, or whatever else has its sockets in `stdio`. */
export interface PipeOwner {
  readonly stdio: readonly unknown[];
}

/** Lengths travel as 32-bit numbers, and headers need a little. */
const MOST_MESSAGE_BYTES = 2 ** 32 - 2 ** 20;
const DEFAULT_MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
const DEFAULT_FD = 3;

/**
 * Creates the parent's end of a pipe to a child that was spawned with `"pipe"`
 * or `"overlapped"` in that place of its `stdio`.
 *
 * Either end listens at names and connects to the names at which the other
 * listens. The end of either process ends the channels at the other at once.
 * Throws a `TypeError` that names the option that is wrong.
 *
 * @example
 * ```ts
 * const child = spawn(process.execPath, ["child.js"], { stdio: ["inherit", "inherit", "inherit", "pipe"] });
 * await using transport = pipe(child);
 * const channel = await transport.connect("calculator"); // child.js listens there
 * ```
 */
export function pipe(child: PipeOwner, options?: PipeOptions): Transport;
/** Creates the child's end of a pipe to its parent. */
export function pipe(options?: PipeOptions): Transport;
export function pipe(first: PipeOwner | PipeOptions = {}, second: PipeOptions = {}): Transport {
  if (!isOwner(first)) return createPipe(openInherited(first.fd ?? DEFAULT_FD), first);
  const { fd = DEFAULT_FD } = second;
  const socket = first.stdio[fd];
  if (!(socket instanceof Socket)) {
    throw new TypeError(`The child was spawned without "pipe" or "overlapped" at stdio[${String(fd)}] (fd)`);
  }
  return createPipe(socket, second, {
    module: "@fourwire/transport/pipe",
    export: "pipe",
    options: structuredClone(second),
  });
}

function isOwner(value: PipeOwner | PipeOptions): value is PipeOwner {
  return "stdio" in value;
}

function openInherited(fd: number): Socket {
  try {
    return new Socket({ fd });
  } catch (cause) {
    const hint = 'spawn this process with "pipe" at that place of stdio';
    throw new TypeError(`File descriptor ${String(fd)} (fd) is no pipe to the parent: ${hint}`, { cause });
  }
}

function createPipe(socket: Socket, options: PipeOptions, recipe?: Recipe): Transport {
  const settings = settleTrunk(options, DEFAULT_MAX_MESSAGE_BYTES, MOST_MESSAGE_BYTES);
  const { maxMessageBytes } = settings;
  const trunk = new Trunk(new PipeWire(socket, maxMessageBytes), settings);
  const close = (): Promise<void> => trunk.close();
  return {
    name: "pipe",
    traits: {
      detectsLoss: true,
      topics: false,
      queues: false,
      logs: false,
      durable: false,
      transferables: false,
      encrypted: true,
      local: true,
      maxMessageBytes,
    },
    ...(recipe && { recipe }),
    connect: (address, wait) => trunk.connect(address, wait),
    listen: (address, wait) => trunk.listen(address, wait),
    close,
    [Symbol.asyncDispose]: close,
  };
}
