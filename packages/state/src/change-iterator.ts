/**
 * Changes as an iterable that users loop over.
 *
 * @module
 */

import { type Change, readChange, type Snapshot } from "./changes.ts";
import { type Cursor, readFeed } from "./feed.ts";
import type { Link } from "./link.ts";
import type { ChangesOptions } from "./watch-options.ts";

/** Opens a watch when it is read for the first time, and ends it when the loop is left. */
export function changesOf<Shape>(
  link: Link,
  options: ChangesOptions<string>,
): AsyncIterableIterator<Change | Snapshot<Shape>, undefined> {
  const over = new AbortController();
  const items = readChanges<Shape>(link, options, over);
  return {
    next: () => items.next(),
    async return() {
      // First, as a reader that waits for the next change would not let go.
      over.abort();
      await items.return(undefined);
      return { value: undefined, done: true };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function* readChanges<Shape>(
  link: Link,
  options: ChangesOptions<string>,
  over: AbortController,
): AsyncGenerator<Change | Snapshot<Shape>, undefined, undefined> {
  const { signal, from = "now", epoch = "", mode, overflow = "resync", ...filter } = options;
  signal?.throwIfAborted();
  const abort = (): void => over.abort();
  signal?.addEventListener("abort", abort, { once: true });
  const feed = readFeed(
    link,
    { filter, from: toCursor(from, epoch), snapshot: from === "snapshot", latest: mode === "latest", overflow },
    over.signal,
  );
  try {
    for await (const { epoch: now, revision, values, change } of feed) {
      // The caller says what is there; a schema at the authority holds them to it.
      if (values) yield { kind: "snapshot", epoch: now, revision, value: Object.fromEntries(values) as Shape };
      else if (change) yield readChange(change, { client: link.connection.client, epoch: now });
    }
  } finally {
    signal?.removeEventListener("abort", abort);
  }
  signal?.throwIfAborted();
  return undefined;
}

/** A start that is no revision the client knows is found by the authority: an epoch of "" fits all. */
function toCursor(from: "now" | "start" | "snapshot" | number, epoch: string): Cursor | undefined {
  if (typeof from === "number") return { epoch, revision: from };
  return from === "start" ? { epoch, revision: 0 } : undefined;
}
