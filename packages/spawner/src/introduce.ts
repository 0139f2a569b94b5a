/**
 * The handshake with a worker that was just started.
 *
 * @module
 */

import { randomBytes } from "node:crypto";
import { connect, type Remote } from "@fourwire/proxy";
import { toError } from "@fourwire/session";
import { requireRecipe } from "./build-transport.ts";
import { SpawnError } from "./errors.ts";
import { describeExit } from "./exit.ts";
import type { HostInfo, HostRoot } from "./host-root.ts";
import type { LineTail } from "./line-tail.ts";
import { WORKER_ADDRESS } from "./link.ts";
import type { Runtime } from "./runtime.ts";
import type { SpawnSettings } from "./spawn-options.ts";

/** A worker that is ready. */
export interface Introduced {
  readonly root: Remote<HostRoot> & AsyncDisposable;
  /** The root by the way that its objects are reached. */
  readonly objects: Remote<HostRoot> & AsyncDisposable;
  readonly info: HostInfo;
}

/** How long the end of a worker may take to be noticed after its link broke. */
const EXIT_GRACE_MS = 1_000;
const KEY_BYTES = 32;

/**
 * Waits until a worker is ready and tells it its settings.
 *
 * Rejects with `START_FAILED` as soon as it ends, with `START_TIMEOUT`, or with
 * the signal's reason. The worker itself is left as it is.
 */
export async function introduce(runtime: Runtime, settings: SpawnSettings, stderr: LineTail): Promise<Introduced> {
  const { name, startTimeoutMs, signal } = settings;
  const ending = new AbortController();
  const late = setTimeout(() => ending.abort(startTimeout(settings, stderr)), startTimeoutMs);
  const abort = (): void => ending.abort(signal?.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort);
  const failed = runtime.exited.then((exit): never => {
    const message = `The worker "${name}" ${describeExit(exit)} before it was ready`;
    const cause = exit.error;
    throw new SpawnError("START_FAILED", withStderr(message, stderr), { exit, ...(cause && { cause }) });
  });
  const aborted = new Promise<never>((_resolve, reject) => {
    ending.signal.addEventListener("abort", () => reject(toError(ending.signal.reason)));
  });
  const introduced = shakeHands(runtime, settings, ending.signal).catch((error: unknown) => explain(error, failed));
  try {
    return await Promise.race([introduced, failed, aborted]);
  } finally {
    clearTimeout(late);
    signal?.removeEventListener("abort", abort);
    for (const promise of [introduced, failed, aborted]) promise.catch(() => undefined);
  }
}

/** Adds the last lines that a worker wrote to stderr to a message. */
export function withStderr(message: string, { text }: LineTail): string {
  return text === "" ? message : `${message}; the end of its stderr:\n${text}`;
}

async function shakeHands(runtime: Runtime, settings: SpawnSettings, signal: AbortSignal): Promise<Introduced> {
  signal.throwIfAborted();
  const { base, allow, execution, dispatcher, logLevel, session, startTimeoutMs, transport } = settings;
  const options = {
    ...session,
    errors: { SpawnError, ...session.errors },
    signal,
    lostBecause: reasonOfLoss(settings),
    handshakeTimeoutMs: startTimeoutMs,
  };
  const root = await connect<HostRoot>(WORKER_ADDRESS, {
    ...options,
    transport: runtime.transport,
    // The link itself says at once when the worker is gone, and then there is no way back.
    heartbeat: false,
    reconnect: false,
  });
  const info = await root.begin({ base, allow, execution, dispatcher, logLevel });
  if (!transport) return { root, objects: root, info };
  const key = randomBytes(KEY_BYTES).toString("hex");
  const address = await root.serveOver(requireRecipe(transport), key);
  return { root, objects: await connect<HostRoot>(address, { ...options, transport, key }), info };
}

function reasonOfLoss({ name, restart }: SpawnSettings): string {
  return restart ? `the worker "${name}" has ended and is restarted; get it anew` : `the worker "${name}" has ended`;
}

/** A worker that ends breaks its link first: waits a moment for the better reason. */
async function explain(error: unknown, failed: Promise<never>): Promise<never> {
  let timer: NodeJS.Timeout | undefined;
  const waited = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(toError(error)), EXIT_GRACE_MS);
  });
  try {
    return await Promise.race([failed, waited]);
  } finally {
    clearTimeout(timer);
    waited.catch(() => undefined);
  }
}

function startTimeout({ name, startTimeoutMs }: SpawnSettings, stderr: LineTail): SpawnError {
  const message = `The worker "${name}" was not ready after ${startTimeoutMs} ms (startTimeoutMs)`;
  return new SpawnError("START_TIMEOUT", withStderr(message, stderr));
}
