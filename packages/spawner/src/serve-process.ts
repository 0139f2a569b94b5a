/**
 * A process that others use as a worker.
 *
 * @module
 */

import { randomBytes } from "node:crypto";
import type { Key, ServeOptions as SessionServeOptions } from "@fourwire/session";
import type { Transport } from "@fourwire/transport";
import { constructNamed } from "./construct-named.ts";
import type { Dispatcher } from "./execution.ts";
import { createHost } from "./host.ts";
import { workingDirectory } from "./host-root.ts";
import { serveHost } from "./serve-host.ts";
import { checkAllow } from "./specifier.ts";

/** How a process is served. */
export interface ServeProcessOptions extends Omit<SessionServeOptions, "key"> {
  readonly transport: Transport;
  /** Where to listen. Default: a fresh address. */
  readonly address?: string | undefined;
  /**
   * What clients may import: names of packages and of built-in modules such as
   * `node:os`, and paths, in which `*` stands for anything but `/`, and `**` for
   * anything. Files are matched by their real paths.
   */
  readonly allow: readonly string[];
  /** Where specifiers, and the allow-list's paths, are resolved. Default: the working directory. */
  readonly base?: string | URL | undefined;
  /** The secret that clients prove to hold; `false` for none, which lets everybody in who reaches the address. Default: a random one. */
  readonly key?: Key | false | undefined;
  /** Runs operations in place of the worker. Default: they run at once. */
  readonly dispatcher?: Dispatcher | undefined;
  /** Whether one client may `instantiate` one object, and that is all. Default `false`. */
  readonly single?: boolean | undefined;
  /** What `single` has from the start: `module#Class`, which need not be on the allow-list, and its constructor's arguments. */
  readonly object?: { readonly target: string; readonly args?: readonly unknown[] | undefined } | undefined;
  /** Called when a client stops the worker. Default: clients may not. */
  readonly onStop?: (() => void) | undefined;
}

/** A process that is being served. */
export interface ServedProcess extends AsyncDisposable {
  /** The address really bound, for `attach`. */
  readonly address: string;
  /** The secret that clients need; `undefined` when none is. */
  readonly key: Key | undefined;
  /** The number of clients. */
  readonly clients: number;
  /** Makes a value or an object known to clients by a name. */
  set(name: string, value: unknown): void;
  /** Stops serving, and disposes what was constructed for clients. Safe to call twice. */
  close(): Promise<void>;
}

const KEY_BYTES = 32;

/**
 * Lets others use this process as a worker, over any transport. From Pyacq's
 * `RPCServer`, which let everybody import everything.
 *
 * Rejects with a `TypeError` without an allow-list, and with what listening
 * rejects with.
 *
 * @example
 * ```ts
 * await using served = await serveProcess({ transport: zmq(), address: "tcp://127.0.0.1:9000", allow: ["./devices/*.js"] });
 * console.log(served.address, served.key);
 * ```
 */
export async function serveProcess(options: ServeProcessOptions): Promise<ServedProcess> {
  const { address, allow, base, dispatcher, single, object, onStop, onError, key, ...rest } = options;
  checkAllow(allow);
  const secret = key === false ? undefined : (key ?? randomBytes(KEY_BYTES).toString("hex"));
  const where = base === undefined ? workingDirectory() : new URL(base).href;
  const host = createHost({
    allow,
    base: where,
    isSingle: single,
    object: object && (await constructNamed(object.target, object.args ?? [], where, undefined)),
    leave: onStop,
    dispatcher,
    onError,
  });
  const server = await serveHost(host, address, { heartbeat: {}, onError, ...rest, key: secret });
  const close = async (): Promise<void> => {
    await server.close();
    for (const failure of await host.lifetimes.disposeAll()) host.onError(new Error(failure));
  };
  return {
    address: server.address,
    key: secret,
    get clients() {
      return server.clients;
    },
    set: (name, value) => host.root.setObject(name, value),
    close,
    [Symbol.asyncDispose]: close,
  };
}
