/**
 * How a pool of workers behaves, as users say it and completed.
 *
 * @module
 */

import { availableParallelism } from "node:os";
import { checkTime } from "./check-time.ts";
import type { SpawnOptions } from "./spawn-options.ts";
import type { Worker } from "./worker.ts";

/** How a pool of workers behaves; what concerns one worker is as for `spawn`. */
export interface PoolOptions<Api> extends Omit<SpawnOptions, "restart" | "signal"> {
  /** Makes what tasks work with, once for each worker: usually it imports a module. */
  prepare(worker: Worker): Promise<Api>;
  /** The workers that are kept without work. They are started when they are first needed. Default 0. */
  readonly min?: number | undefined;
  /** The most workers. Default: as many as the machine runs at once. */
  readonly max?: number | undefined;
  /** The tasks that one worker has at a time. Default 1. */
  readonly concurrency?: number | undefined;
  /** How long a worker above `min` is kept without work. Default 30,000 ms. */
  readonly idleTimeoutMs?: number | undefined;
  /** The tasks that may wait; a further one is refused with `QUEUE_FULL`. Default 10,000. */
  readonly maxQueue?: number | undefined;
  /** After how many tasks a worker is replaced by a fresh one. Default: never. */
  readonly recycleAfter?: number | undefined;
  /** Above which memory, as `worker.memoryBytes` measures it after tasks, a worker is replaced by a fresh one. Default: never. */
  readonly recycleAboveBytes?: number | undefined;
}

/** Options with nothing left open. */
export interface PoolSettings<Api> {
  readonly prepare: (worker: Worker) => Promise<Api>;
  readonly min: number;
  readonly max: number;
  readonly concurrency: number;
  readonly idleTimeoutMs: number;
  readonly maxQueue: number;
  readonly recycleAfter: number;
  readonly recycleAboveBytes: number;
  readonly spawn: SpawnOptions;
}

const NEVER = Number.POSITIVE_INFINITY;

/** Checks the options and fills in the defaults. Throws a `TypeError` that names the option which makes no sense. */
export function completePool<Api>(options: PoolOptions<Api>): PoolSettings<Api> {
  const { prepare, min = 0, max = availableParallelism(), concurrency = 1, idleTimeoutMs = 30_000 } = options;
  const { maxQueue = 10_000, recycleAfter = NEVER, recycleAboveBytes = NEVER, ...spawn } = options;
  if (typeof prepare !== "function") throw new TypeError("prepare is missing: it makes what tasks work with");
  checkCount("max", max, 1);
  checkCount("min", min, 0, max);
  checkCount("concurrency", concurrency, 1);
  checkCount("maxQueue", maxQueue, 0);
  if (recycleAfter !== NEVER) checkCount("recycleAfter", recycleAfter, 1);
  if (recycleAboveBytes !== NEVER) checkCount("recycleAboveBytes", recycleAboveBytes, 1);
  checkTime("idleTimeoutMs", idleTimeoutMs);
  return { prepare, min, max, concurrency, idleTimeoutMs, maxQueue, recycleAfter, recycleAboveBytes, spawn };
}

function checkCount(name: string, value: unknown, least: number, most: number = Number.MAX_SAFE_INTEGER): void {
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return;
  throw new TypeError(`${name} is ${String(value)}; expected an integer from ${least} to ${most}`);
}
