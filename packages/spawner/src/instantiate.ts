/**
 * Objects of classes that are named.
 *
 * @module
 */

import { type Remote, rootOf } from "@fourwire/proxy";
import type { HostRoot } from "./host-root.ts";

/** What to make, and how. */
export interface InstantiateOptions {
  /** The constructor's arguments. Default: none. */
  readonly args?: readonly unknown[] | undefined;
}

/**
 * Makes an instance of a class in the worker that a proxy leads to, and gives a
 * reference to it. The class is named as `module#Class`, or `module` for its
 * default export, and resolved against the worker's base. From Pizco's
 * `instantiate`.
 *
 * Rejects with what the constructor throws, which leaves the worker as it was,
 * with `NOT_FOUND`, or with `NOT_ALLOWED` for what is not on its allow-list, and
 * at a server for one object that has it already.
 */
export async function instantiate<Instance extends object>(
  proxy: object,
  target: string,
  { args = [] }: InstantiateOptions = {},
): Promise<Remote<Instance> & Disposable> {
  const instance: unknown = await rootOf<HostRoot>(proxy).instantiate(target, args);
  // Its shape is the class's, which only the caller knows.
  return instance as Remote<Instance> & Disposable;
}
