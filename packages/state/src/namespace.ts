/**
 * The authority over one namespace.
 *
 * @module
 */

import { ChangeLog, type Entry, type LoggedEntry, type LogLimits } from "./change-log.ts";
import type { Commit, Writer } from "./commit.ts";
import { applyEffect, type Root, readRoot } from "./effects.ts";
import { type Ancestor, lastShared } from "./epoch.ts";
import { StateError } from "./errors.ts";
import type { Keeper } from "./keeper.ts";
import { Leases } from "./leases.ts";
import { type Check, type Effect, type Operation, OperationKind } from "./operation.ts";
import { checkSchemas, type SchemaOptions } from "./schemas.ts";
import { ShardedRoot } from "./sharded-root.ts";
import type { StoredNamespace } from "./store.ts";
import { Subscribers } from "./subscribers.ts";
import { Transaction } from "./transaction.ts";

/** What an authority over a namespace is made of. */
export interface NamespaceOptions extends LogLimits {
  readonly stored: StoredNamespace;
  readonly keeper: Keeper;
  readonly schemas: SchemaOptions;
  readonly maxWatchers: number;
  /** Whether there are actions, which need the values in groups. */
  readonly hasActions: boolean;
}

/** Who takes back what expired or lost its owner, as `by` of the change. */
const AUTHORITY = "authority";

/**
 * The values of one namespace, its revision and its log.
 *
 * Everything here happens in one go: a transaction is applied whole or not at
 * all, whatever becomes of who asked for it. Reads change nothing.
 */
export class Namespace {
  readonly name: string;
  readonly epoch: string;
  readonly subscribers: Subscribers;
  readonly leases: Leases;
  readonly log: ChangeLog;
  readonly #root: Root;
  /** The values that watchers may see: those at `visible`. */
  readonly #shown: Root;
  /** The values before the oldest entry of the log, where a store is to be told of them. */
  readonly #base: Root | undefined;
  readonly #keeper: Keeper;
  readonly #schemas: SchemaOptions;
  readonly #checks: boolean;
  readonly #ancestors: readonly Ancestor[];
  #revision: number;
  /** The revision up to which everything is kept, and may be shown. */
  #visible: number;
  #lastKept: Promise<void> | undefined;
  #over: StateError | undefined;

  constructor({ stored, keeper, schemas, maxWatchers, hasActions, ...limits }: NamespaceOptions) {
    this.name = stored.name;
    this.epoch = stored.epoch;
    this.#ancestors = stored.ancestors ?? [];
    this.#keeper = keeper;
    this.#schemas = schemas;
    this.#checks = schemas.schema !== undefined || schemas.schemas !== undefined;
    this.#root = hasActions ? new ShardedRoot(stored.values) : new Map(stored.values);
    this.#base = keeper.persistent ? new Map(stored.values) : undefined;
    this.#revision = stored.revision;
    this.subscribers = new Subscribers(maxWatchers);
    this.log = new ChangeLog(stored.revision, limits);
    this.leases = new Leases(stored.leases, (paths) => this.#expire(paths));
    for (const entry of stored.entries) this.#replay(entry);
    this.#visible = this.#revision;
    this.#shown = keeper.persistent ? new Map(this.#root) : this.#root;
  }

  get revision(): number {
    return this.#revision;
  }

  /** The revision that watchers may see. */
  get visible(): number {
    return this.#visible;
  }

  /** The values now. Only for reading, and only until the next `await`. */
  get root(): ReadonlyMap<string, unknown> {
    return this.#root;
  }

  /** The values that watchers may see, under the same conditions. */
  get shown(): ReadonlyMap<string, unknown> {
    return this.#shown;
  }

  /** Finds what is at a path, `ABSENT` when nothing is. */
  read(path: Effect[1]): unknown {
    return readRoot(this.#root, path);
  }

  /** Throws when the namespace answers nothing any more. */
  require(): void {
    const failure = this.#over ?? this.#keeper.failure;
    if (failure) throw failure;
  }

  /** Waits until a revision, the present one if none is given, is kept: nobody sees what could still be lost. */
  settled(revision: number = this.#revision): Promise<void> | undefined {
    return revision > this.#visible ? this.#lastKept : undefined;
  }

  /** Returns the values at a revision. Throws `COMPACTED` when the log does not reach back that far. */
  at(revision: number): Root {
    if (revision > this.#revision) {
      throw new StateError(
        "INVALID_VALUE",
        `Revision ${revision} is not there yet; the present one is ${this.#revision}`,
      );
    }
    this.requireLog(revision);
    const root = new Map(this.#root);
    this.log.rewind(root, revision);
    return root;
  }

  /** Throws `COMPACTED` when the changes after a revision can no longer be had. */
  requireLog(revision: number): void {
    const { oldest } = this.log;
    if (revision >= oldest) return;
    const message = `The changes after revision ${revision} of "${this.name}" are compacted; the oldest left is ${oldest}`;
    throw new StateError("COMPACTED", message, { oldest, current: this.#revision });
  }

  /** Applies operations if the checks hold. Throws without having changed anything. */
  commit(operations: readonly Operation[], checks: readonly Check[], writer: Writer): Commit {
    this.require();
    const transaction = this.begin(writer.by);
    const failed = checks.length === 0 ? -1 : transaction.firstFailed(checks);
    if (failed >= 0) return { revision: this.#revision, results: undefined, failed, kept: this.settled() };
    const results = this.attempt(transaction, () => runAll(transaction, operations));
    return this.finish(transaction, writer, results);
  }

  /** Begins a transaction: until `finish`, nothing else may happen. */
  begin(by: string): Transaction {
    return new Transaction(this.#root, {
      revision: this.#revision,
      now: Date.now(),
      by,
      lastTouched: (key, since) => this.log.lastTouched(key, since),
      isLeased: (path) => this.leases.has(path),
    });
  }

  /** Runs a part of a transaction, and takes back all of it when that throws. */
  attempt<Result>(transaction: Transaction, run: () => Result): Result {
    try {
      const result = run();
      const { effects } = transaction;
      if (effects.length > 0 && this.#checks) checkSchemas(this.#schemas, this.#root, transaction.keys);
      return result;
    } catch (error) {
      transaction.rollBack();
      throw error;
    }
  }

  /** Makes a transaction a revision of its own, if there is anything to it. */
  finish(transaction: Transaction, writer: Writer, results: unknown): Commit {
    const { effects, unchanged, undo } = transaction;
    const noop = effects.length === 0;
    if (noop && unchanged.length === 0) {
      return { revision: this.#revision, results, failed: -1, kept: this.settled() };
    }
    const entry: LoggedEntry = {
      revision: this.#revision + 1,
      at: Date.now(),
      by: writer.by,
      write: writer.write,
      tag: writer.tag,
      noop,
      effects: noop ? unchanged : effects,
      undo: noop ? unchanged.map(([, , value]) => value) : undo,
      results,
    };
    const keeping = this.#keeper.persistent ? this.#keep(transaction, entry) : undefined;
    this.#enter(entry);
    return { revision: entry.revision, results, failed: -1, kept: this.#showWhen(entry, keeping) };
  }

  /** Finds the last revision up to which another history is this one's, too; `undefined` for one that is foreign. */
  sharedWith(epoch: string): number | undefined {
    return epoch === this.epoch ? Number.POSITIVE_INFINITY : lastShared(this.#ancestors, epoch);
  }

  /** Takes away what somebody owned who is gone. */
  disown(owner: string): void {
    this.#remove(this.leases.ownedBy(owner), "owner gone");
  }

  /** Ends it for everybody: it was deleted, or its authority stops. */
  end(error: StateError): void {
    this.stop(error);
    this.subscribers.end(error);
  }

  /** Answers nothing from now on. Whoever waits or watches is not told: they go on with the next authority. */
  stop(error: StateError): void {
    this.#over = error;
    this.leases.clear();
  }

  #keep(transaction: Transaction, { undo: _, ...entry }: LoggedEntry): Promise<void> | undefined {
    try {
      return this.#keeper.keep({ kind: "append", name: this.name, entry });
    } catch (error) {
      transaction.rollBack();
      throw error;
    }
  }

  #expire(paths: readonly Effect[1][]): void {
    this.#remove(paths, "expired");
  }

  #remove(paths: readonly Effect[1][], tag: string): void {
    if (paths.length === 0 || this.#over || this.#keeper.failure) return;
    const operations = paths.map((path): Operation => [OperationKind.DELETE, path]);
    const writer: Writer = { by: AUTHORITY, write: undefined, tag };
    const transaction = this.begin(AUTHORITY);
    // Schemas are not asked: a value that is gone is gone.
    runAll(transaction, operations);
    this.finish(transaction, writer, undefined).kept?.catch(() => undefined);
  }

  #replay(entry: Entry): void {
    const undo = entry.effects.map((effect) => applyEffect(this.#root, effect));
    this.#enter({ ...entry, undo });
  }

  /** Makes an entry part of the log; the store is told what the log dropped. */
  #enter(entry: LoggedEntry): void {
    this.#revision = entry.revision;
    if (!entry.noop) for (const effect of entry.effects) this.leases.note(effect);
    const gone = this.log.push(entry);
    if (gone.length === 0) return;
    if (this.#base) this.#compact(gone, this.#base);
    this.subscribers.trimmed();
  }

  #compact(gone: readonly LoggedEntry[], root: Root): void {
    const { oldest: revision } = this.log;
    for (const { effects } of gone) for (const effect of effects) applyEffect(root, effect);
    const keys = new Set(gone.flatMap(({ effects }) => effects.map(([, [key]]) => key)));
    const values = new Map([...keys].filter((key) => root.has(key)).map((key) => [key, root.get(key)]));
    const removed = [...keys].filter((key) => !root.has(key));
    const { name } = this;
    this.#keeper
      .keep({ kind: "compact", name, revision, values, removed, leases: this.leases.all })
      ?.catch(() => undefined);
  }

  #showWhen(entry: LoggedEntry, keeping: Promise<void> | undefined): Promise<void> | undefined {
    if (!keeping) {
      // Whoever waits has the answer before the writer: it is late for them only.
      return this.#show(entry) ? Promise.resolve() : undefined;
    }
    const kept = keeping.then(
      () => void this.#show(entry),
      (error: unknown) => this.#fail(error),
    );
    kept.catch(() => undefined);
    this.#lastKept = kept;
    return kept;
  }

  #show(entry: LoggedEntry): boolean {
    this.#visible = entry.revision;
    if (this.#shown !== this.#root) for (const effect of entry.effects) applyEffect(this.#shown, effect);
    return this.subscribers.tell(entry);
  }

  #fail(error: unknown): never {
    if (error instanceof StateError && !this.#over) {
      if (this.#keeper.handsOver && error.code !== "STORE_FAILED") this.stop(this.#keeper.failure ?? error);
      else this.end(error);
    }
    throw error;
  }
}

/** Runs operations; the result of a single one stands for itself. */
function runAll(transaction: Transaction, operations: readonly Operation[]): unknown {
  const [only] = operations;
  if (operations.length === 1 && only) return transaction.run(only);
  return operations.map((operation) => transaction.run(operation));
}
