/**
 * Changes as they come, without a gap: the client's end of a watch.
 *
 * @module
 */

import { StateError } from "./errors.ts";
import type { ChangeFilter, WireChange } from "./filter.ts";
import type { Link } from "./link.ts";
import { isCount } from "./operation.ts";
import { Request } from "./protocol.ts";
import { readValues, readWireChanges } from "./replies.ts";
import { EventKind } from "./watch.ts";

/** Where a feed begins, and what it carries. */
export interface FeedOptions {
  readonly filter: ChangeFilter;
  /** The revision that is known; absent for now. An epoch of "" is the present one, whichever it is. */
  readonly from?: Cursor | undefined;
  /** Whether it begins with all values, when no revision is known. */
  readonly snapshot: boolean;
  readonly latest: boolean;
  readonly overflow: "resync" | "error";
  /** Whether it also tells of revisions with nothing for it. Default false. */
  readonly bookmarks?: boolean | undefined;
}

/** How far somebody knows the changes. */
export interface Cursor {
  readonly epoch: string;
  readonly revision: number;
}

/** What a feed carries: all values, one change, or only how far it has come. */
export type FeedEvent = Cursor & {
  readonly values?: Map<string, unknown> | undefined;
  readonly change?: WireChange | undefined;
};

/**
 * Reads changes one after the other, until the signal aborts.
 *
 * A lost session is no end: the feed goes on from the last change that was
 * taken, in a new one. Rejects with `COMPACTED` or `EPOCH_CHANGED` where that is
 * not possible and no snapshot is wanted, or with what ended the connection.
 */
export async function* readFeed(
  link: Link,
  options: FeedOptions,
  signal: AbortSignal,
): AsyncGenerator<FeedEvent, void> {
  const { connection } = link;
  const place = { cursor: options.from };
  while (!signal.aborted) {
    try {
      yield* readOn(link, options, place, signal);
      return;
    } catch (error) {
      // Who leaves before the stream is there leaves all the same.
      if (signal.aborted) return;
      if (!connection.mayRepeat(error)) throw error;
      await connection.ready();
    }
  }
}

/** Reads one stream from a place on, which moves when an event was taken. */
async function* readOn(
  link: Link,
  options: FeedOptions,
  place: { cursor: Cursor | undefined },
  signal: AbortSignal,
): AsyncGenerator<FeedEvent, void> {
  const stream = await openStream(link, options, place.cursor, signal);
  for await (const event of readStream(stream, signal)) {
    if (isOld(event, place.cursor)) continue;
    yield event;
    place.cursor = { epoch: event.epoch, revision: event.revision };
  }
}

/** After a resume, what was taken already does not come again. */
function isOld({ change, epoch, revision }: FeedEvent, cursor: Cursor | undefined): boolean {
  return change !== undefined && cursor?.epoch === epoch && revision <= cursor.revision;
}

function openStream(
  link: Link,
  options: FeedOptions,
  cursor: Cursor | undefined,
  signal: AbortSignal,
): Promise<AsyncIterator<unknown>> {
  const { filter, snapshot, latest, overflow, bookmarks } = options;
  const args = [
    filter,
    { snapshot, latest, overflow, ...(bookmarks && { bookmarks }) },
    cursor?.epoch,
    cursor?.revision,
  ];
  return link.ask(Request.WATCH, args, readIterator, { signal });
}

/** Reads the events of one stream; an abort stops it at the authority. */
async function* readStream(stream: AsyncIterator<unknown>, signal: AbortSignal): AsyncGenerator<FeedEvent, void> {
  const stop = (): void => void stream.return?.();
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  try {
    let epoch = "";
    for (let next = await stream.next(); !next.done; next = await stream.next()) {
      for (const event of readEvents(next.value, epoch)) {
        epoch = event.epoch;
        yield event;
      }
    }
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
  }
}

function readEvents(wire: unknown, epoch: string): readonly FeedEvent[] {
  const [kind, first, second, values]: unknown[] = Array.isArray(wire) ? wire : [];
  switch (kind) {
    case EventKind.BEGIN:
      return [readPlace(first, second)];
    case EventKind.SNAPSHOT:
      return [{ ...readPlace(first, second), values: readValues(values) }];
    case EventKind.CHANGES:
      return readWireChanges(first).map((change) => ({ epoch, revision: change[0], change }));
    case EventKind.BOOKMARK:
      return [readPlace(epoch, first)];
    default:
      throw malformed();
  }
}

function readPlace(epoch: unknown, revision: unknown): Cursor {
  if (typeof epoch !== "string" || !isCount(revision)) throw malformed();
  return { epoch, revision };
}

function readIterator(value: unknown): AsyncIterator<unknown> {
  if (typeof value !== "object" || value === null || !isAsyncIterable(value)) throw malformed();
  return value[Symbol.asyncIterator]();
}

function isAsyncIterable(value: object): value is AsyncIterable<unknown> {
  return Symbol.asyncIterator in value;
}

function malformed(): StateError {
  return new StateError("INVALID_VALUE", "The authority sent a watch event that is not of the shape it should have");
}
