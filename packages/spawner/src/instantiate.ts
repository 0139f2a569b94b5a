/**
 * Objects of classes that are named.
 *
 * @module
 */

import { agentOf, type InstantiateOptions, type Remote } from "@fourwire/proxy";

/**
 * Makes an instance of a class in the worker that a proxy leads to, and gives a
 * reference to it: `agentOf(proxy).instantiate` as a function. The class is
 * resolved against the worker's base.
 */
export function instantiate<Instance extends object>(
  proxy: object,
  target: string,
  options?: InstantiateOptions,
): Promise<Remote<Instance> & Disposable> {
  return agentOf(proxy).instantiate<Instance>(target, options);
}
