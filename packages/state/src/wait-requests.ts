/**
 * Waits at the authority, as the client asks for them.
 *
 * @module
 */

import { type Change, readChange } from "./changes.ts";
import type { Condition } from "./condition.ts";
import { StateError } from "./errors.ts";
import type { ChangeFilter } from "./filter.ts";
import type { Link } from "./link.ts";
import { isCount } from "./operation.ts";
import { Request } from "./protocol.ts";
import { readWireChange } from "./replies.ts";

/** A wait has no deadline of its own. */
const ENDLESS = Number.POSITIVE_INFINITY;

/** Waits until a condition holds and resolves with the revision. What held meanwhile counts, also when the session was lost. */
export async function waitForCondition(link: Link, condition: Condition, signal: AbortSignal): Promise<number> {
  return await wait(link, Request.UNTIL, condition, signal, undefined, readCount);
}

/** Waits until the namespace is at a revision, whoever may see what changed by it. */
export async function waitForRevision(link: Link, revision: number, signal: AbortSignal): Promise<void> {
  await wait(link, Request.REACH, revision, signal, undefined, readCount);
}

function readCount(reply: unknown): number {
  if (isCount(reply)) return reply;
  throw new StateError("INVALID_VALUE", "The authority answered with something that is no revision");
}

/** Waits for the first change after a revision, or after now. */
export async function waitForNext(
  link: Link,
  filter: ChangeFilter,
  signal: AbortSignal,
  since: number | undefined,
): Promise<Change> {
  const wire = await wait(link, Request.NEXT, filter, signal, since, readWireChange);
  return readChange(wire, { client: link.connection.client, epoch: link.epoch });
}

/**
 * Asks to be told, and where the namespace is at that moment: what happens
 * between a lost session and the next one is looked for in the log from there.
 */
async function wait<Answer>(
  link: Link,
  request: number,
  what: unknown,
  signal: AbortSignal,
  since: number | undefined,
  read: (reply: unknown) => Answer,
): Promise<Answer> {
  const known = since === undefined ? link.head() : Promise.resolve({ epoch: link.epoch, revision: since });
  // Both leave in one message; the answer to the wait is what counts.
  known.catch(() => undefined);
  const { connection } = link;
  const options = { signal, timeoutMs: ENDLESS };
  const args = since === undefined ? [what, signal] : [what, signal, link.epoch, since];
  // Without a turn in between: what this client writes next comes after it.
  if (connection.entering) await connection.ready();
  try {
    return await connection.session.call([request, link.namespace], args, options).then(read);
  } catch (error) {
    if (!connection.mayRepeat(error)) throw error;
    const from = await known;
    await connection.ready();
    return await link.ask(request, [what, signal, from.epoch, from.revision], read, options);
  }
}
