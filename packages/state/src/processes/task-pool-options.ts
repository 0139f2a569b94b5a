/**
 * How a pool behaves, as users say it.
 *
 * @module
 */

import type { PoolOptions as WorkerPoolOptions } from "@fourwire/spawner";
import type { ProcessDefaults, PropsOption } from "./process-options.ts";

/** How a pool of workers behaves. */
export interface PoolOptions
  extends Omit<ProcessDefaults, "resultTtlMs">,
    Pick<WorkerPoolOptions<unknown>, "idleTimeoutMs" | "maxQueue" | "recycleAfter"> {
  /** What others call it, as part of its tasks' paths. Default `pool`. */
  readonly name?: string | undefined;
  /** The most workers. Default: as many as the machine runs at once. From Swarm's `count`. */
  readonly size?: number | undefined;
}

/** How one task runs in a pool. */
export interface RunOptions {
  /** Ends the waiting, and aborts the task's signal. */
  readonly signal?: AbortSignal | undefined;
  /** How often it runs again when its worker dies under it. Default 0, as only its caller knows whether it may. */
  readonly maxReruns?: number | undefined;
}

/** The options behind a task that a pool runs. */
export type RunArguments<Props> = undefined extends Props
  ? [options?: RunOptions & PropsOption<Props>]
  : [options: RunOptions & PropsOption<Props>];

/** How a task runs for many items. */
export interface MapOptions {
  /** The items that a worker gets at a time: more mean fewer messages, and coarser shares. Default 1. */
  readonly chunk?: number | undefined;
  /** The chunks that are under way, or done and not read yet. Default: the pool's size. */
  readonly concurrency?: number | undefined;
  /** Whether results come in the order of their items; otherwise as they are done. Default true. */
  readonly ordered?: boolean | undefined;
  /** How often a chunk runs again when its worker dies under it, from its first item. Default 1. */
  readonly maxReruns?: number | undefined;
  /** Ends it with its reason, and aborts the tasks' signal. */
  readonly signal?: AbortSignal | undefined;
}
