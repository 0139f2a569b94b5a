/**
 * What a detached process is told.
 *
 * @module
 */

import type { EndpointRecipe } from "./endpoint.ts";

/** What a detached process is told; plain data. */
export interface DetachedOrder {
  /** What it is found by. */
  readonly name: string;
  readonly resultTtlMs: number;
}

/** What runs a task in a detached process. */
export interface DetachedHosting {
  /** Begins the task and gives the process's id. */
  begin(task: unknown, order: DetachedOrder, props: unknown): Promise<number>;
}

/** The module that detached processes import. */
export interface DetachedModule {
  readonly DetachedHost: new (endpoint: EndpointRecipe) => DetachedHosting;
}
