/**
 * The pipe driver: an inherited socket pair between a process and its child.
 *
 * @module
 */

import { connect, type OnReadOpts, Socket, type SocketConstructorOpts } from "node:net";
import { connectPair, type PipePair } from "./pipe-pair.ts";
import { type PipeSource, PipeWire } from "./pipe-wire.ts";
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
  if (!isOwner(first)) return createPipe((onread) => openInherited(first.fd ?? DEFAULT_FD, onread), first);
  const { fd = DEFAULT_FD } = second;
  const socket = first.stdio[fd];
  if (!(socket instanceof Socket)) {
    throw new TypeError(`The child was spawned without "pipe" or "overlapped" at stdio[${String(fd)}] (fd)`);
  }
  return createPipe(socket, second, recipeOf(second));
}

/** A pipe to a child that is still to be spawned. */
export interface PreparedPipe extends Disposable {
  /** What to put in the child's `stdio`, at the place that the option `fd` names. */
  readonly stdio: Socket | "overlapped";
  /** Gives the parent's end, once the child was spawned. */
  open(child: PipeOwner): Transport;
}

/**
 * Prepares the parent's end of a pipe, which is read faster than one from
 * `pipe`: a large message is put where it belongs at once. Where sockets cannot
 * be connected ahead, as on Windows, it is one from `pipe`.
 *
 * Disposing it before `open` lets go of it. Rejects with a `TypeError` that
 * names the option that is wrong.
 *
 * @example
 * ```ts
 * using prepared = await preparePipe();
 * const child = spawn(process.execPath, ["child.js"], { stdio: ["inherit", "inherit", "inherit", prepared.stdio] });
 * await using transport = prepared.open(child);
 * ```
 */
export async function preparePipe(options: PipeOptions = {}): Promise<PreparedPipe> {
  const failed = new AbortController();
  const open = (path: string): Transport => {
    const source: PipeSource = (onread) => connect({ path, onread }).once("error", (error) => failed.abort(error));
    return createPipe(source, options, recipeOf(options));
  };
  try {
    if (process.platform !== "win32") return new ConnectedPipe(await connectPair(open, failed.signal));
  } catch (error) {
    if (error instanceof TypeError) throw error;
    // Something is wrong with the place where they meet, without which it works as well, if slower.
  }
  return { stdio: "overlapped", open: (child) => pipe(child, options), [Symbol.dispose]: () => undefined };
}

/** Two connected sockets: the parent's transport, and what is still to be inherited. */
class ConnectedPipe implements PreparedPipe {
  readonly stdio: Socket;
  readonly #transport: Transport;
  #isOpen = false;

  constructor({ near, far }: PipePair<Transport>) {
    this.#transport = near;
    this.stdio = far;
  }

  open(): Transport {
    this.#isOpen = true;
    // The child has a copy, which is to be the last one: its end is the pipe's.
    this.stdio.destroy();
    return this.#transport;
  }

  [Symbol.dispose](): void {
    this.stdio.destroy();
    if (!this.#isOpen) void this.#transport.close();
  }
}

function recipeOf(options: PipeOptions): Recipe {
  return { module: "@fourwire/transport/pipe", export: "pipe", options: structuredClone(options) };
}

function isOwner(value: PipeOwner | PipeOptions): value is PipeOwner {
  return "stdio" in value;
}

function openInherited(fd: number, onread: OnReadOpts): Socket {
  try {
    const options: SocketConstructorOpts & { readonly onread: OnReadOpts } = { fd, onread };
    return new Socket(options);
  } catch (cause) {
    const hint = 'spawn this process with "pipe" at that place of stdio';
    throw new TypeError(`File descriptor ${String(fd)} (fd) is no pipe to the parent: ${hint}`, { cause });
  }
}

function createPipe(source: PipeSource, options: PipeOptions, recipe?: Recipe): Transport {
  const settings = settleTrunk(options, DEFAULT_MAX_MESSAGE_BYTES, MOST_MESSAGE_BYTES);
  const { maxMessageBytes } = settings;
  const trunk = new Trunk(new PipeWire(source, maxMessageBytes), settings);
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
