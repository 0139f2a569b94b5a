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
export function waitForCondition(link: Link, condition: Condition, signal: AbortSignal): Promise<number> {
  return wait(link, Request.UNTIL, condition, signal, undefined, readCount);
}

/** Waits until the namespace is at a revision, whoever may see what changed by it. */
export function waitForRevision(link: Link, revision: number, signal: AbortSignal): Promise<number> {
  return wait(link, Request.REACH, revision, signal, undefined, readCount);
}

/** Waits for the first change after a revision, or after now. */
export function waitForNext(
  link: Link,
  filter: ChangeFilter,
  signal: AbortSignal,
  since: number | undefined,
): Promise<Change> {
  const read = (wire: unknown): Change =>
    readChange(readWireChange(wire), { client: link.connection.client, epoch: link.epoch });
  return wait(link, Request.NEXT, filter, signal, since, read);
}

/**
 * Asks to be told, and where the namespace is at that moment: what happens
 * between a lost session and the next one is looked for in the log from there.
 *
 * Few promises stand between the answer and whoever waits, as that is what a wake-up takes.
 */
function wait<Answer>(
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
  const again = async (error: unknown): Promise<Answer> => {
    if (!connection.mayRepeat(error)) throw error;
    const from = await known;
    await connection.ready();
    return await link.ask(request, [what, signal, from.epoch, from.revision], read, options);
  };
  const ask = (): Promise<Answer> =>
    connection.session.call([request, link.namespace], args, options).then(read, again);
  // Without a turn in between: what this client writes next comes after it.
  return connection.entering ? connection.ready().then(ask) : ask();
}

function readCount(reply: unknown): number {
  if (isCount(reply)) return reply;
  throw new StateError("INVALID_VALUE", "The authority answered with something that is no revision");
}
