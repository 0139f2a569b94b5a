/**
 * Binding a listener's socket, and giving its address back.
 *
 * @module
 */

import { randomBytes } from "node:crypto";
import { TransportError } from "@fourwire/transport";
import type { Router } from "zeromq";
import type { Target } from "./address.ts";
import { formatTarget, invalid, nameInproc } from "./address.ts";
import { bindInproc, isInUse } from "./inproc.ts";
import { bindIpc, placeIpc } from "./ipc.ts";
import type { Means } from "./means.ts";
import { watch } from "./monitor.ts";
import { createRouter, FAREWELL_LINGER_MS } from "./sockets.ts";
import type { ThreadGuard } from "./thread-guard.ts";

/** A listener's socket at the address it is bound to. */
export interface BoundRouter {
  readonly router: Router;
  /** The address really bound. */
  readonly address: string;
  /** The message that stands for the loss of a peer within this process. */
  readonly inprocNotice: Buffer;
  /** Closes the socket; resolves when the address is free. */
  release(): Promise<void>;
}

const NOTICE_BYTES = 16;

/** Binds a numeric target. Rejects with `ADDRESS_IN_USE` or `ADDRESS_INVALID`. */
export async function bindRouter(wanted: Target, { settings, guard, zap }: Means): Promise<BoundRouter> {
  const place = await placeIpc(nameInproc(wanted));
  const { target } = place;
  const list = target.scheme === "inproc" ? undefined : zap;
  const context = await list?.hold();
  // Random, so that no message is mistaken for it.
  const inprocNotice = randomBytes(NOTICE_BYTES);
  const router = createRouter(settings, { target, context, inprocNotice });
  const giveBack = async (): Promise<void> => {
    list?.release();
    await place.release();
  };
  let removeFile: () => void;
  try {
    removeFile = await bindTo(router, target);
  } catch (error) {
    router.close();
    await giveBack();
    throw error;
  }
  return {
    router,
    address: router.lastEndpoint ?? formatTarget(target),
    inprocNotice,
    async release() {
      await closeRouter(router, target, guard);
      removeFile();
      await giveBack();
    },
  };
}

/** Returns what to do once the socket is closed. */
async function bindTo(router: Router, target: Target): Promise<() => void> {
  const address = formatTarget(target);
  const bind = (): void => router.bindSync(address);
  try {
    if (target.scheme === "ipc") return await bindIpc(target.path, bind);
    await (target.scheme === "inproc" ? bindInproc(bind) : bind());
    return () => undefined;
  } catch (cause) {
    if (cause instanceof TransportError) throw cause;
    if (isInUse(cause))
      throw new TransportError("ADDRESS_IN_USE", `Something listens there already: ${address}`, { cause });
    throw invalid(address, "libzmq cannot bind it", cause);
  }
}

/** Closes the socket; libzmq frees its port on another thread, a moment later. */
function closeRouter(router: Router, target: Target, guard: ThreadGuard): Promise<void> {
  router.linger = FAREWELL_LINGER_MS;
  if (target.scheme === "inproc") {
    router.close();
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    const watching = watch(router, guard, (event) => {
      if (event.type === "close") resolve();
    });
    watching.then(resolve, resolve);
    router.close();
  });
}
