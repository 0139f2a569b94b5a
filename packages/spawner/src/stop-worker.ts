/**
 * Stopping a worker, by force if need be.
 *
 * @module
 */

import { notify, type Remote, withOptions } from "@fourwire/proxy";
import type { Exit } from "./exit.ts";
import type { HostRoot } from "./host-root.ts";
import type { Runtime, StopStep } from "./runtime.ts";

/** What it took to stop a worker. */
export interface StopReport {
  /** The last step that was needed; `none` when the worker had ended already. */
  readonly step: StopStep;
  readonly exit: Exit;
  /** How long it took, in ms. */
  readonly tookMs: number;
  /** The messages of what the worker's objects threw when they were disposed. */
  readonly failures: readonly string[];
}

/** The part of the time that the worker has for ending by its own consent. */
const CONSENT = 0.6;

/**
 * Ends a worker: asks it to dispose its objects and leave, then sends the
 * signals that its kind knows, each for a part of the time. The last step needs
 * no time, so that the worker has ended soon after `timeoutMs` at the latest.
 */
export async function stopWorker(runtime: Runtime, root: Remote<HostRoot>, timeoutMs: number): Promise<StopReport> {
  const startedMs = performance.now();
  const tookMs = (): number => performance.now() - startedMs;
  const ended = await settledWithin(runtime.exited, 0);
  if (ended) return { step: "none", exit: ended, tookMs: tookMs(), failures: [] };

  const consentMs = timeoutMs * CONSENT;
  const asking = askToLeave(root, consentMs);
  const left = await settledWithin(runtime.exited, consentMs);
  const failures = (await settledWithin(asking, 0)) ?? [];
  if (left) return { step: "close", exit: left, tookMs: tookMs(), failures };

  const { forcedSteps } = runtime;
  for (const step of forcedSteps.slice(0, -1)) {
    step.end();
    const exit = await settledWithin(runtime.exited, (timeoutMs - consentMs) / forcedSteps.length);
    if (exit) return { step: step.name, exit, tookMs: tookMs(), failures };
  }
  const last = forcedSteps.at(-1);
  last?.end();
  return { step: last?.name ?? "none", exit: await runtime.exited, tookMs: tookMs(), failures };
}

/** Has the worker dispose its objects and leave. What it answers when the link is broken is of no interest. */
async function askToLeave(root: Remote<HostRoot>, timeoutMs: number): Promise<readonly string[]> {
  try {
    const failures = await withOptions(root, { timeoutMs }).shutdown();
    await notify(root).leave();
    return failures;
  } catch {
    return [];
  }
}

/** Waits for a promise that never rejects, for a time at most. */
async function settledWithin<Value>(promise: Promise<Value>, timeoutMs: number): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
