/**
 * One shared state, as users hold it.
 *
 * @module
 */

import { changesOf } from "./change-iterator.ts";
import { type Change, readChange, type Snapshot } from "./changes.ts";
import type { Condition } from "./condition.ts";
import type { Connection } from "./connection.ts";
import { Dictionary, fetchValues } from "./dictionary.ts";
import { Follower, type SubscribeOptions } from "./follower.ts";
import { Link } from "./link.ts";
import { Namespaces } from "./namespaces.ts";
import type { Path } from "./path.ts";
import { Request } from "./protocol.ts";
import { readHead, readWireChanges } from "./replies.ts";
import { StateNode } from "./state-node.ts";
import type { RequestOptions } from "./state-options.ts";
import { StateTransaction } from "./transaction-builder.ts";
import type { Key, ValueAt, View } from "./types.ts";
import { attemptWhole, type UpdateOptions, update } from "./update.ts";
import { waitForCondition, waitForNext, waitForRevision } from "./wait-requests.ts";
import { waitFor } from "./waiting.ts";
import type { ChangesOptions, HistoryOptions, NextChangeOptions, UntilOptions } from "./watch-options.ts";

/** A connection, and what the state does with it. */
export interface StateParts {
  readonly connection: Connection;
  readonly namespace: string;
  /** Called with what a listener throws. */
  onError(error: Error): void;
  /** Closes the connection; absent for a state that shares another one's. */
  readonly close: (() => Promise<void>) | undefined;
}

/**
 * One namespace of a shared state.
 *
 * Everything is asked of the authority, which answers one after the other, so
 * that all clients see the same order. From ZProc's `State`. Made by
 * `connectState`.
 */
export class State<Shape extends object = Record<string, unknown>>
  extends Dictionary<Shape>
  implements AsyncDisposable
{
  readonly #parts: StateParts;
  readonly #link: Link;
  readonly #follower: Follower;
  /** The namespaces of the authority. */
  readonly namespaces: Namespaces;

  constructor(parts: StateParts) {
    const link = new Link(parts.connection, parts.namespace);
    super(link);
    this.#parts = parts;
    this.#link = link;
    this.#follower = new Follower(this.#link, parts.onError);
    this.namespaces = new Namespaces(this.#link);
  }

  /** The name of the namespace. */
  get namespace(): string {
    return this.#link.namespace;
  }

  /** The name that others see of this client, as `by` of its changes. */
  get client(): string {
    return this.#parts.connection.client;
  }

  /** The newest revision that this client has heard of. */
  get seenRevision(): number {
    return this.#link.seen;
  }

  /** The value at a path; it is typed as deep as the state is. */
  at<const Steps extends readonly [Key<Shape>, ...Path]>(...path: Steps): StateNode<ValueAt<Shape, Steps>> {
    return new StateNode(this.#link, path);
  }

  /**
   * Changes the state by a function that changes a draft of it.
   *
   * It runs here, again whenever a key that it looked at changed meanwhile, so it must do nothing else. It
   * works on a copy of all values: name `keys` to fetch only those. Resolves with what it returns. Rejects with
   * what it throws, and with `CONFLICT` after `maxTries`.
   */
  async update<Result = void>(
    fn: (draft: Shape) => Result,
    { keys, ...options }: UpdateOptions & { readonly keys?: readonly Key<Shape>[] | undefined } = {},
  ): Promise<Result> {
    const fetch = async () => this.#follower.base ?? (await fetchValues(this.#link, { keys, options }));
    // The caller says what is there; a schema at the authority holds them to it.
    const run = fn as (draft: object) => unknown;
    return (await update(this.#link, fetch, (base) => attemptWhole(base, run), options)) as Result;
  }

  /** Begins a transaction: several writes, with checks. */
  txn(): StateTransaction {
    return new StateTransaction(this.#link);
  }

  /** Runs a named action at the authority and resolves with what it returns. Rejects with what it throws. */
  async act<Result = unknown>(action: string, input?: unknown, options?: RequestOptions): Promise<Result> {
    const [, result] = await this.#link.act(action, input, options);
    // The action's result type is known to whoever registered it.
    return result as Result;
  }

  /**
   * Waits until a condition holds, and resolves with the values of that revision; at once when it holds now.
   *
   * A function runs here, over every revision of the whole namespace, or of `keys`; a condition made by `where`
   * runs at the authority, and nothing travels until it holds. Rejects with `TIMEOUT`, with the signal's reason,
   * or with what the function throws.
   */
  async until(
    condition: Condition | ((values: View<Shape>) => boolean),
    options: UntilOptions<Key<Shape>> = {},
  ): Promise<View<Shape>> {
    const { keys, signal: ending, timeoutMs } = options;
    return await waitFor({ signal: ending, timeoutMs }, "The condition", async (signal) => {
      if (typeof condition === "function") {
        // The values have the shape that the caller gave the state.
        const test = condition as (values: object) => boolean;
        return (await this.#follower.until(test, keys, signal)) as View<Shape>;
      }
      const revision = await waitForCondition(this.#link, condition, signal);
      const { values } = await fetchValues(this.#link, { revision, keys, options: { signal } });
      return values as View<Shape>;
    });
  }

  /** Waits for the next change, of any key or of some. Rejects with `TIMEOUT`, `COMPACTED` or the signal's reason. */
  nextChange({ since, signal, timeoutMs, ...filter }: NextChangeOptions<Key<Shape>> = {}): Promise<Change> {
    return waitFor({ signal, timeoutMs }, "A change", (over) => waitForNext(this.#link, filter, over, since));
  }

  /** Reads changes as they come, one after the other and without a gap, until the loop is left. */
  changes(options: ChangesOptions<Key<Shape>> = {}): AsyncIterableIterator<Change | Snapshot<View<Shape>>, undefined> {
    return changesOf<View<Shape>>(this.#link, options);
  }

  /** Lists changes of the past: those after `from`, up to `to`. Rejects with `COMPACTED`. */
  async history({
    from,
    to,
    signal,
    timeoutMs,
    ...filter
  }: HistoryOptions<Key<Shape>> = {}): Promise<readonly Change[]> {
    const options = { signal, timeoutMs };
    const wire = await this.#link.ask(Request.HISTORY, [from, to, filter], readWireChanges, options);
    const { epoch } = this.#link;
    return wire.map((change) => readChange(change, { client: this.client, epoch }));
  }

  /** Asks for the present revision, its epoch, and the oldest revision from which changes can be had. */
  async head(
    options?: RequestOptions,
  ): Promise<{ readonly epoch: string; readonly revision: number; readonly oldest: number }> {
    const [epoch, revision, oldest] = await this.#link.ask(Request.HEAD, [], readHead, options);
    return { epoch, revision, oldest };
  }

  /** Waits until the authority, and the replica if there is one, are at a revision that somebody told of. */
  async caughtUp(
    revision: number,
    options: { readonly signal?: AbortSignal; readonly timeoutMs?: number } = {},
  ): Promise<void> {
    await waitFor(options, `Revision ${revision}`, async (signal) => {
      await waitForRevision(this.#link, revision, signal);
      await this.#follower.caughtUp(revision, signal);
    });
  }

  /** Keeps a replica of the namespace here, for `view` and `subscribe`. Resolves when it is complete; disposing the result ends it. */
  follow({ signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<AsyncDisposable> {
    return this.#follower.follow(signal);
  }

  /** The values of the replica: the same object as long as nothing changes. Throws `NOT_FOLLOWED` without `follow`. */
  get view(): View<Shape> {
    return this.#follower.replica.view as View<Shape>;
  }

  /** The revision of the replica. Throws `NOT_FOLLOWED` without `follow`. */
  get viewRevision(): number {
    return this.#follower.replica.revision;
  }

  /** Calls a listener whenever what a selector picks from the replica changes; returns what ends it. Throws `NOT_FOLLOWED`. */
  subscribe<Selected>(
    selector: (values: View<Shape>) => Selected,
    listener: (selected: Selected, previous: Selected) => void,
    options?: SubscribeOptions<Selected>,
  ): () => void {
    // As in `view`: the values have the shape that the caller gave the state.
    return this.#follower.subscribe((values) => selector(values as View<Shape>), listener, options);
  }

  /** Compares the replica with the authority. Throws `NOT_FOLLOWED` without `follow`. */
  verify(options?: RequestOptions): Promise<boolean> {
    return this.#follower.verify(options);
  }

  /** Opens another namespace over the same connection. From ZProc's `fork`. Rejects with `NAMESPACE_NOT_FOUND`. */
  async open<Other extends object = Record<string, unknown>>(namespace: string): Promise<State<Other>> {
    const state = new State<Other>({ ...this.#parts, namespace, close: undefined });
    try {
      await state.connected();
    } catch (error) {
      await state.close();
      throw error;
    }
    return state;
  }

  /** Resolves when the namespace is known to be there. `connectState` and `open` have waited for it. */
  async connected(): Promise<void> {
    await this.#link.head();
  }

  /** Ends what this state watches, and the connection if it was this state's own. Safe to call twice. */
  async close(): Promise<void> {
    await this.#follower.close();
    this.#link.close();
    await this.#parts.close?.();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
