/**
 * What clients ask of an authority: the names of the requests and what they are
 * to `authorize`.
 *
 * @module
 */

import type { Deed } from "@fourwire/session";

/** The version of these requests and of what answers them. Ends that differ in it refuse each other. */
export const PROTOCOL_VERSION = 1;

/** The requests, by the numbers that cross. A target is `[request, namespace]`. */
export const Request = {
  HELLO: 0,
  GET: 1,
  COMMIT: 2,
  ACT: 3,
  HEAD: 4,
  MEMBERS: 5,
  SNAPSHOT: 6,
  HASH: 7,
  NEXT: 8,
  UNTIL: 9,
  WATCH: 10,
  HISTORY: 11,
  LIST: 12,
  CREATE: 13,
  FORK: 14,
  DELETE: 15,
  REACH: 16,
} as const;

/** The namespace that is meant when none is named. */
export const DEFAULT_NAMESPACE = "default";

const ACTIONS = [
  ["connect", [Request.HELLO, Request.LIST]],
  ["read", [Request.GET, Request.HEAD, Request.MEMBERS, Request.SNAPSHOT, Request.HASH, Request.HISTORY]],
  ["watch", [Request.NEXT, Request.UNTIL, Request.WATCH, Request.REACH]],
  ["write", [Request.COMMIT]],
  ["act", [Request.ACT]],
  ["create", [Request.CREATE]],
  ["fork", [Request.FORK]],
  ["delete", [Request.DELETE]],
] as const;

/** Names a request for `authorize`: connect, read, watch, write, act, create, fork or delete, of a namespace. */
export function describeRequest(target: unknown): Deed {
  const [request, namespace]: unknown[] = Array.isArray(target) ? target : [];
  const action = ACTIONS.find(([, requests]) => requests.some((known) => known === request))?.[0] ?? "unknown";
  return { action, subject: typeof namespace === "string" ? namespace : "" };
}
