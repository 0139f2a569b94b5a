/**
 * What runs tasks in a worker, as its parent sees it.
 *
 * @module
 */

import type { EndpointRecipe } from "./endpoint.ts";
import type { Outcome } from "./outcome.ts";
import type { ProcessDefaults } from "./process-options.ts";

/** What a run of a task is told; plain data but for the signal. */
export interface RunOrder {
  readonly id: string;
  readonly path: string;
  /** The number of the attempt, from 1. */
  readonly attempt: number;
  /** The signals that are errors of the task instead of ending the process. */
  readonly signals: readonly NodeJS.Signals[];
  /** Whether it runs in its parent's own thread, whose signals and exit code are not its own. */
  readonly isInline: boolean;
  /** What holds for the processes that it starts. */
  readonly defaults: ProcessDefaults;
  /** Called once the task runs, and what it asked of the state at first has arrived there. */
  readonly began?: (() => unknown) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Runs tasks beside the state of whoever started the worker. */
export interface Hosting {
  /** Runs a task once. Rejects only when the state cannot be reached. */
  run(task: unknown, order: RunOrder, props: unknown): Promise<Outcome>;
  /** Runs a task for each of several items, one after the other, up to the first one that fails. */
  runEach(task: unknown, order: RunOrder, items: readonly unknown[]): Promise<Outcome>;
}

/** The module that workers import. */
export interface HostingModule {
  readonly TaskHost: new (endpoint: EndpointRecipe) => Hosting;
}
