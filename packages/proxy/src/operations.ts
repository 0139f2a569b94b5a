/**
 * What one does with a proxy beside calling its methods.
 *
 * They are functions, not members, so that every name of the remote object stays
 * its own.
 *
 * @module
 */

import type { Description } from "./description.ts";
import { Operation } from "./operation.ts";
import { createRemote, operate } from "./remote.ts";
import { letGo, memberOf, nodeOf, type ProxyOptions } from "./remote-node.ts";
import { type RepeatOptions, repeatCall } from "./repeat.ts";
import type { RemoteMember, RemoteOf, SettableName } from "./types.ts";

/**
 * Sets a property of a remote object and resolves when it is set.
 *
 * Rejects with what the setter throws, or with `NOT_WRITABLE`. From Pizco's
 * attribute assignment, which could not report a failure at the right place.
 */
export async function set<Object, Name extends SettableName<Object>>(
  proxy: RemoteOf<Object>,
  name: Name,
  value: Object[Name],
): Promise<void> {
  await operate(memberOf(nodeOf(proxy, "set"), String(name)), Operation.SET, [value]);
}

/**
 * Returns the same proxy with other options for every call made through it:
 * `timeoutMs`, `signal`, `metadata`, `repeat`. What is left out stays as it was.
 */
export function withOptions<Proxy extends object>(proxy: Proxy, options: RepeatOptions): Proxy {
  return derive(proxy, "withOptions", options.repeat === undefined ? options : { ...options, repeatCall });
}

/**
 * Returns the same proxy for calls that want no answer.
 *
 * Their promises resolve when the call was handed over; what the method returns
 * or throws stays at the server.
 */
export function notify<Proxy extends object>(proxy: Proxy): Proxy {
  return derive(proxy, "notify", { oneWay: true });
}

/**
 * Finds a member by a computed name, also by one that is reserved here, such as
 * `then`.
 */
export function at<Object, Name extends keyof Object & string>(
  proxy: RemoteOf<Object>,
  name: Name,
): RemoteMember<Object[Name]> {
  return retype(createRemote(memberOf(nodeOf(proxy, "at"), name)));
}

/** Lists the members of a remote object: names, kinds, arity. Runs no getter. */
export async function describe(proxy: object): Promise<Description> {
  return retype(await operate(nodeOf(proxy, "describe"), Operation.DESCRIBE, []));
}

/**
 * Lets go of an object that was received by reference: the other end need not
 * keep it for this one any more. Calls on it reject with `REFERENCE_LOST`.
 *
 * `using` does the same at the end of a block. What nobody uses any more is let
 * go of when it is collected, which may be late. Does nothing to a root.
 */
export function release(proxy: object): void {
  letGo(nodeOf(proxy, "release"));
}

function derive<Proxy extends object>(proxy: Proxy, user: string, options: ProxyOptions): Proxy {
  const node = nodeOf(proxy, user);
  return retype(createRemote({ ...node, options: { ...node.options, ...options } }));
}

/** Gives a dynamic proxy its static type, which nothing at run time can check. */
function retype<Type>(value: unknown): Type {
  return value as Type;
}
