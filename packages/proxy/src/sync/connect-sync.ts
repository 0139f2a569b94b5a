/**
 * Remote objects that are used as if they were local.
 *
 * @module
 */

import { toError } from "@fourwire/session";
import { checkTimeout, completeSettings } from "@fourwire/session/wire";
import type { Transport } from "@fourwire/transport";
import type { ConnectOptions } from "../connect.ts";
import { ProxyError } from "../errors.ts";
import { LINK, type ThreadOptions } from "./orders.ts";
import { OWN_CLASSES } from "./own-errors.ts";
import { recipeFor } from "./recipe.ts";
import { SyncEndpoint } from "./sync-endpoint.ts";
import { ThreadLink } from "./thread-link.ts";
import type { RemoteSync } from "./types.ts";

/** How a synchronous proxy connects. */
export interface ConnectSyncOptions
  extends Omit<ThreadOptions, "callTimeoutMs">,
    Pick<ConnectOptions, "errors" | "name" | "onError"> {
  /**
   * What to connect with: its recipe is used, in another thread. Default: by the
   * address's scheme, `zmq()` for `tcp` and `ipc`, `webSocket()` for `ws` and `wss`.
   */
  readonly transport?: Transport | undefined;
  /** The time that a call, a read or a write may take, in ms. Default 30,000; `Infinity` for none. */
  readonly timeoutMs?: number | undefined;
}

/**
 * Connects to a served object and returns a proxy that is used as if the object
 * were local: this thread waits for every answer. Node only.
 *
 * While it waits, the server may call functions that it was given; signals reach
 * their slots when the event loop turns. Disposing the proxy closes the
 * connection, which keeps no process alive. From Pizco's `Proxy`, which waits, too.
 *
 * Throws `REFUSED` when nobody listens there, `NO_RECIPE` for a transport that
 * another thread cannot build, `UNSUPPORTED` for one that does not leave this
 * process, a `SessionError` when the server declines.
 *
 * @example
 * ```ts
 * using robot = connectSync<Robot>("tcp://127.0.0.1:8000");
 * robot.age = 28;
 * console.log(robot.name, robot.move(3));
 * ```
 */
export function connectSync<Object extends object>(
  address: string,
  options: ConnectSyncOptions = {},
): RemoteSync<Object> & Disposable {
  const { transport, name, errors, onError = () => undefined, timeoutMs, ...rest } = options;
  if (timeoutMs !== undefined) checkTimeout("timeoutMs", timeoutMs);
  const recipe = recipeFor(address, transport);
  const settings = completeSettings(
    { limits: rest.limits, callTimeoutMs: timeoutMs, errors: { ...OWN_CLASSES, ProxyError, ...errors } },
    LINK,
  );
  const link = new ThreadLink({ recipe, address, name, options: { ...rest, callTimeoutMs: timeoutMs } });
  const endpoint = new SyncEndpoint({ link, settings, address, onError: (error) => onError(toError(error)) });
  try {
    const remote = endpoint.open();
    // The proxy's shape is the served object's, which only the caller knows.
    return remote as RemoteSync<Object> & Disposable;
  } catch (error) {
    endpoint.close();
    throw error;
  }
}
