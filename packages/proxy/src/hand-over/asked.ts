/**
 * What a far end asks or tells about hand-overs.
 *
 * @module
 */

import type { Deed } from "@fourwire/session";
import { ProxyError } from "../errors.ts";
import { Notice, Operation, ROOT } from "../operation.ts";
import type { Handing } from "../remote-node.ts";

/** Says whether a far end asks for what was handed over to it, or tells of what it hands over. */
export function isForHandOver(target: unknown): target is readonly unknown[] {
  return Array.isArray(target) && (target[0] === Notice.HANDED || isClaim(target));
}

/** Does what a far end asks or tells about hand-overs. Throws `NOT_FOUND` where nothing of this end's is handed over. */
export function serveHandOver(handing: Handing, target: readonly unknown[], args: readonly unknown[]): unknown {
  if (!handing.give || !handing.announced) throw new ProxyError("NOT_FOUND", "Nothing is handed over here");
  return isClaim(target) ? handing.give(args) : handing.announced(target[1], args);
}

/** Names what is told about hand-overs; nothing for anything else. */
export function describeHandOver(target: unknown): Deed | undefined {
  const isTold = Array.isArray(target) && (target[0] === Notice.HANDED || target[0] === Notice.TAKEN);
  return isTold ? { action: "handOver", subject: "" } : undefined;
}

function isClaim(target: readonly unknown[]): boolean {
  return target[0] === Operation.CLAIM && target[1] === ROOT && target.length === 2;
}
