/**
 * Writes that come again after a lost reply.
 *
 * @module
 */

import type { Commit, Writer } from "./commit.ts";
import { StateError } from "./errors.ts";
import type { Namespace } from "./namespace.ts";
import { isCount } from "./operation.ts";

/**
 * Finds out what became of a write: `[write, epoch, revision]` tells where the namespace was when it was first sent.
 *
 * It is recognised, so that it is never applied twice, or found not to be there, so that it is still to be applied.
 * Throws `OUTCOME_UNKNOWN` where nobody can tell.
 */
export function findRepeated(namespace: Namespace, writer: Writer, write: unknown): Commit | undefined {
  if (!Array.isArray(write)) return undefined;
  const [, epoch, since]: unknown[] = write;
  const shared = typeof epoch === "string" ? namespace.sharedWith(epoch) : undefined;
  if (shared === undefined || !isCount(since)) {
    throw unknown(`"${namespace.name}" was begun anew; the write may have been applied before`);
  }
  return findWrite(namespace, writer, Math.min(since, shared));
}

function findWrite(namespace: Namespace, { by, write }: Writer, since: number): Commit | undefined {
  const { log, revision: last } = namespace;
  if (since < log.oldest) {
    throw unknown("The write may have been applied; the log no longer reaches back that far");
  }
  for (let revision = since + 1; revision <= last; revision += 1) {
    const entry = log.get(revision);
    if (entry?.by !== by || entry.write !== write) continue;
    return { revision, results: entry.results, failed: -1, kept: namespace.settled(revision) };
  }
  return undefined;
}

function unknown(message: string): StateError {
  return new StateError("OUTCOME_UNKNOWN", message);
}
