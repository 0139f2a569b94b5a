/**
 * Workers that outlive whoever started them, from the start on attached to.
 *
 * @module
 */

import { type AttachedWorker, type AttachOptions, attach } from "./attach.ts";
import { type Daemon, type DaemonOptions, launchDaemon } from "./daemon.ts";

/** How a worker that outlives this process is started. */
export interface DetachedOptions extends DaemonOptions, Omit<AttachOptions, keyof DaemonOptions | "key"> {
  readonly detached: true;
}

/** A worker that outlives whoever started it. Disposing this leaves it running; `stop` ends it. */
export interface DetachedWorker extends AttachedWorker, Daemon {}

/** Starts a daemon and attaches to it. Rejects as both do; then nothing is left running. */
export async function spawnDetached(options: DetachedOptions): Promise<DetachedWorker> {
  const { detached: _, base, allow, logFile, env, cwd, args, execPath, execArgv, ...attaching } = options;
  const { daemon, kill } = await launchDaemon(options);
  try {
    return { ...(await attach(daemon.address, { ...attaching, key: daemon.key })), ...daemon };
  } catch (error) {
    kill();
    throw error;
  }
}
