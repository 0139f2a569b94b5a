/**
 * What is read of a namespace, as it crosses.
 *
 * @module
 */

import { StateError } from "./errors.ts";
import { readFilter } from "./filter.ts";
import { hashOf } from "./hash.ts";
import type { Namespace } from "./namespace.ts";
import { isCount } from "./operation.ts";
import { readPath } from "./path.ts";
import type { PathAccess } from "./path-access.ts";
import { ABSENT, membersOf } from "./tree.ts";

type Args = readonly unknown[];

/** Answers once what was read is kept. */
export function answerWhenKept(namespace: Namespace, reply: unknown): unknown {
  const settled = namespace.settled();
  return settled ? settled.then(() => reply) : reply;
}

/** `[revision, value]`, without a value when nothing is there. */
export function readValue(namespace: Namespace, access: PathAccess, [wanted]: Args): unknown {
  namespace.require();
  const path = readPath(wanted);
  access.requireRead(path);
  const value = namespace.read(path);
  return answerWhenKept(namespace, value === ABSENT ? [namespace.revision] : [namespace.revision, value]);
}

/** `[revision, names]`, without names when nothing is there. */
export function readMembers(namespace: Namespace, access: PathAccess, [wanted]: Args): unknown {
  const { revision, root } = namespace;
  if (wanted === undefined) {
    return answerWhenKept(namespace, [revision, [...root.keys()].filter((key) => access.mayRead([key]))]);
  }
  const path = readPath(wanted);
  access.requireRead(path);
  const value = namespace.read(path);
  return answerWhenKept(namespace, value === ABSENT ? [revision] : [revision, membersOf(value)]);
}

/** `[revision, epoch, values]`: of some keys, or of all that may be read, now or at a revision. */
export function readSnapshot(namespace: Namespace, access: PathAccess, [wanted, keys]: Args): unknown {
  const root = isCount(wanted) ? namespace.at(wanted) : namespace.root;
  const named: readonly unknown[] = Array.isArray(keys) ? keys : [...root.keys()];
  const values = new Map<string, unknown>();
  for (const key of named) {
    if (typeof key === "string" && root.has(key) && access.mayRead([key])) values.set(key, root.get(key));
  }
  return answerWhenKept(namespace, [isCount(wanted) ? wanted : namespace.revision, namespace.epoch, values]);
}

/** `[revision, hash]` of all that may be read. */
export function readHash(namespace: Namespace, access: PathAccess, [wanted]: Args): unknown {
  const revision = isCount(wanted) ? wanted : namespace.revision;
  const seen = [...namespace.at(revision)].filter(([key]) => access.mayRead([key]));
  return answerWhenKept(namespace, [revision, hashOf(Object.fromEntries(seen))]);
}

/** The changes of some revisions. Throws `COMPACTED` or `LIMIT_EXCEEDED`. */
export function readHistory(
  namespace: Namespace,
  access: PathAccess,
  [from, to, filter]: Args,
  maxHistory: number,
): unknown {
  const { oldest } = namespace.log;
  const first = isCount(from) ? from : oldest;
  const last = isCount(to) ? Math.min(to, namespace.visible) : namespace.visible;
  namespace.requireLog(first);
  if (last - first > maxHistory) {
    throw new StateError(
      "LIMIT_EXCEEDED",
      `history gives ${maxHistory} changes at most (maxHistory); narrow it by from and to`,
    );
  }
  const wanted = readFilter(filter, "", access.sees);
  const changes: unknown[] = [];
  for (let revision = first + 1; revision <= last; revision += 1) {
    const entry = namespace.log.get(revision);
    const change = entry && wanted.pick(entry);
    if (change) changes.push(change);
  }
  return changes;
}
