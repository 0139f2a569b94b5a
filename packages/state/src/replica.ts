/**
 * A copy of a namespace that follows the authority.
 *
 * @module
 */

import { toError } from "@fourwire/session";
import { applyEffect, type Root } from "./effects.ts";
import { StateError } from "./errors.ts";
import { type FeedEvent, type FeedOptions, readFeed } from "./feed.ts";
import type { ChangeFilter } from "./filter.ts";
import type { Link } from "./link.ts";

/** Somebody who is told of every revision of a replica. */
export interface ReplicaListener {
  /** Called after each change, and after each snapshot that stands for some. */
  changed(): void;
  /** Called when the replica will not change any more. */
  ended(error: unknown): void;
}

/** The values of a namespace, or of some of its keys, as they were at one revision after the other. */
export class Replica implements AsyncDisposable {
  readonly #root: Root = new Map();
  readonly #listeners = new Set<ReplicaListener>();
  readonly #over = new AbortController();
  readonly #running: Promise<void>;
  #view: Readonly<Record<string, unknown>> | undefined;
  #revision = -1;
  #epoch = "";
  #failure: unknown;

  constructor(link: Link, filter: ChangeFilter = {}) {
    // Whoever asks how far it is waits for revisions, also for those that change nothing here.
    const bookmarks = filter.keys === undefined;
    const options: FeedOptions = { filter, snapshot: true, latest: false, overflow: "resync", bookmarks };
    const feed = readFeed(link, options, this.#over.signal);
    this.#running = this.#run(feed);
  }

  get revision(): number {
    return this.#revision;
  }

  get epoch(): string {
    return this.#epoch;
  }

  /** Whether it will not change any more. */
  get over(): boolean {
    return this.#failure !== undefined;
  }

  /** The values: frozen at the top, the same object as long as nothing changes, and sharing what did not change. */
  get view(): Readonly<Record<string, unknown>> {
    this.#view ??= Object.freeze(Object.fromEntries(this.#root));
    return this.#view;
  }

  /** Adds a listener and returns what removes it. */
  listen(listener: ReplicaListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Resolves with the first answer that is not `undefined`: asked now, and after each revision. Rejects with what the question throws. */
  when<Answer>(ask: () => Answer | undefined, signal?: AbortSignal): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const leave = this.listen({
        changed: () => attempt(),
        ended: (error) => settle(() => reject(error)),
      });
      const settle = (finish: () => void): void => {
        leave();
        signal?.removeEventListener("abort", abort);
        finish();
      };
      const abort = (): void => settle(() => reject(signal?.reason));
      const attempt = (): void => {
        try {
          const answer = this.#revision < 0 ? undefined : ask();
          if (answer !== undefined) settle(() => resolve(answer));
        } catch (error) {
          settle(() => reject(error));
        }
      };
      signal?.addEventListener("abort", abort, { once: true });
      if (signal?.aborted) abort();
      else if (this.#failure !== undefined) settle(() => reject(this.#failure));
      else attempt();
    });
  }

  /** Resolves when the first snapshot is here. */
  async ready(signal?: AbortSignal): Promise<void> {
    await this.when(() => true, signal);
  }

  /** Stops following. Safe to call twice. */
  async close(): Promise<void> {
    this.#over.abort();
    await this.#running;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #run(feed: AsyncIterable<FeedEvent>): Promise<void> {
    try {
      for await (const event of feed) this.#take(event);
      this.#end(new StateError("CLOSED", "The replica was closed"));
    } catch (error) {
      this.#end(toError(error));
    }
  }

  #take({ epoch, revision, values, change }: FeedEvent): void {
    this.#epoch = epoch;
    this.#revision = revision;
    if (values) {
      this.#root.clear();
      for (const [key, value] of values) this.#root.set(key, value);
    }
    for (const effect of change?.[5] ?? []) applyEffect(this.#root, effect);
    // A bookmark changes nothing but how far the replica is.
    if (values || change) this.#view = undefined;
    for (const listener of [...this.#listeners]) listener.changed();
  }

  #end(error: unknown): void {
    this.#failure = error;
    for (const listener of [...this.#listeners]) listener.ended(error);
  }
}
