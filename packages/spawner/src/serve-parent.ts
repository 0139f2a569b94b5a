/**
 * The end of a process that was started as a worker.
 *
 * @module
 */

import process from "node:process";
import { pipe } from "@fourwire/transport/pipe";
import { createHost, type HostOptions } from "./host.ts";
import { watchParent } from "./lifeline.ts";
import { LIFELINE_FD, LINK_FD, WORKER_ADDRESS } from "./link.ts";
import { descriptorSink, installSink } from "./record-sink.ts";
import { PRIVATE_LIMITS, serveHost } from "./serve-host.ts";

/** What a program that is started as a `command` may decide. */
export interface ServeParentOptions extends Pick<HostOptions, "dispatcher" | "onError"> {}

/**
 * Makes this process a worker of the process that started it with the kind
 * `command`: it speaks the handshake, and ends with its parent.
 *
 * Rejects with a `TypeError` in a process that was not started so.
 */
export async function serveParent(options: ServeParentOptions = {}): Promise<void> {
  const transport = pipe({ fd: LINK_FD });
  installSink(descriptorSink(LIFELINE_FD));
  const leave = (): void => process.exit();
  const host = createHost({ ...options, isPrivate: true, leave });
  watchParent(LIFELINE_FD, () => void host.lifetimes.disposeAll().then(leave));
  await serveHost(host, WORKER_ADDRESS, { transport, limits: PRIVATE_LIMITS });
}
