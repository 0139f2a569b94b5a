/**
 * One value of a state, by its path.
 *
 * @module
 */

import type { Change } from "./changes.ts";
import { type Condition, type Where, where } from "./condition.ts";
import { StateError } from "./errors.ts";
import type { Link } from "./link.ts";
import { type Lock, type LockOptions, takeLock } from "./lock.ts";
import { CheckKind, OperationKind } from "./operation.ts";
import { type Path, readPath } from "./path.ts";
import { Request } from "./protocol.ts";
import type { GetOptions, RequestOptions, SetOptions, WaitForOptions, WriteOptions } from "./state-options.ts";
import { attemptValue, type UpdateOptions, update } from "./update.ts";
import { waitForCondition, waitForNext } from "./wait-requests.ts";
import { waitFor } from "./waiting.ts";

/** How a change of one value is waited for. */
export interface NextChangeAtOptions extends WaitForOptions {
  /** The revision after which it counts. Default: that of now. */
  readonly since?: number | undefined;
}

/** One value of a state: what is at a path, whether there is anything or not. Each method is one request. */
export class StateNode<Value> {
  readonly path: readonly [string, ...Path];
  readonly #link: Link;

  constructor(link: Link, path: Path) {
    this.#link = link;
    this.path = readPath(path);
  }

  /** Reads the value; `undefined`, or what the options say, when nothing is there. */
  get<Default = undefined>(options?: GetOptions<Default>): Promise<Value | Default | undefined> {
    // The caller says what is there; a schema at the authority holds them to it.
    return this.#link.get(this.path, options?.default, options) as Promise<Value | Default | undefined>;
  }

  /** Sets the value. Rejects with `SCHEMA`, and with `INVALID_PATH` when what it would be in is missing. */
  set(value: Value, options?: SetOptions): Promise<void> {
    const isPlain = options?.ttlMs === undefined && options?.owned === undefined;
    return this.#link.put(
      isPlain
        ? [OperationKind.SET, this.path, value]
        : [OperationKind.SET, this.path, value, options.ttlMs, options.owned],
      options,
    );
  }

  /** Deletes the value and says whether there was one. */
  async delete(options?: WriteOptions): Promise<boolean> {
    return (await this.#link.one([OperationKind.DELETE, this.path], options)) === true;
  }

  /** Deletes the value and resolves with it; `undefined` when nothing was there. */
  async take(options?: WriteOptions): Promise<Value | undefined> {
    const [value] = toList(await this.#link.one([OperationKind.TAKE, this.path], options));
    return value as Value | undefined;
  }

  /** Sets the value unless there is one, and resolves with what is there then. */
  async getOrSet(value: Value, options?: WriteOptions): Promise<Value> {
    return (await this.#link.one([OperationKind.DEFAULT, this.path, value], options)) as Value;
  }

  /** Says whether something is there, be it `undefined`. */
  async has(options?: RequestOptions): Promise<boolean> {
    return (await this.#members(options)) !== undefined;
  }

  /** Lists the names of what is in the value: fields, keys of a Map, indices; nothing for a value without members. */
  async keys(options?: RequestOptions): Promise<readonly unknown[]> {
    return (await this.#members(options)) ?? [];
  }

  /** Counts what is in the value. */
  async size(options?: RequestOptions): Promise<number> {
    return (await this.keys(options)).length;
  }

  /** Sets some fields of an object; one that is missing comes into being. */
  async merge(fields: Partial<Value>, options?: WriteOptions): Promise<void> {
    await this.#link.one([OperationKind.MERGE, this.path, fields], options);
  }

  /** Adds to a number or a bigint, from 0 when nothing is there, and resolves with the sum. Never conflicts. */
  async increment(by: (Value & number) | (Value & bigint) | 1 = 1, options?: WriteOptions): Promise<Value> {
    return (await this.#link.one([OperationKind.INCREMENT, this.path, by], options)) as Value;
  }

  /** Adds to the end of a list, which comes into being when nothing is there, and resolves with its length. Never conflicts. */
  async append(...values: Value extends readonly (infer Item)[] ? readonly Item[] : readonly never[]): Promise<number> {
    return Number(await this.#link.one([OperationKind.APPEND, this.path, values]));
  }

  /** Sets the value if it is deeply equal to the expected one, `undefined` for nothing there; says whether it did. */
  async compareAndSet(expected: Value | undefined, value: Value, options?: WriteOptions): Promise<boolean> {
    const check =
      expected === undefined
        ? ([CheckKind.ABSENT, this.path] as const)
        : ([CheckKind.EQUAL, this.path, expected] as const);
    const operations = [[OperationKind.SET, this.path, value] as const];
    const [, , failed] = await this.#link.commit({ operations, checks: [check] }, options);
    return failed === undefined;
  }

  /**
   * Changes the value by a function of it: it changes the draft that it is given, or returns another value.
   *
   * It runs here, again whenever somebody else changed the value's key meanwhile, so it must do nothing else.
   * Resolves with the value. Rejects with what it throws, and with `CONFLICT` after `maxTries`.
   */
  async update(fn: (value: Value) => Value | undefined | undefined, options: UpdateOptions = {}): Promise<Value> {
    const fetch = async () => {
      const [revision, ...found] = await this.#link.read(Request.GET, [this.path], options);
      return { revision, values: { value: found[0] } };
    };
    // The caller says what is there, as for `get`.
    const run = fn as (value: unknown) => unknown;
    return (await update(this.#link, fetch, (base) => attemptValue(base, this.path, run), options)) as Value;
  }

  /** Begins a condition on this value, for `State.until`. */
  get where(): Where {
    return where(...this.path);
  }

  /** Waits until the value is deeply equal to another one; resolves at once when it is. */
  async untilEquals(value: Value, options?: WaitForOptions): Promise<number> {
    return await this.until(this.where.equals(value), options);
  }

  /** Waits until a condition holds, and resolves with the revision. Rejects with `TIMEOUT` or the signal's reason. */
  async until(condition: Condition, options: WaitForOptions = {}): Promise<number> {
    const what = `The condition on "${this.path.join("/")}"`;
    return await waitFor(options, what, (signal) => waitForCondition(this.#link, condition, signal));
  }

  /** Waits for the next change at, above or below the path. Rejects as `until`, and with `COMPACTED`. */
  nextChange({ since, signal, timeoutMs }: NextChangeAtOptions = {}): Promise<Change> {
    const filter = { paths: [this.path] };
    const what = `A change of "${this.path.join("/")}"`;
    return waitFor({ signal, timeoutMs }, what, (over) => waitForNext(this.#link, filter, over, since));
  }

  /** Takes a lock that is kept at this path, and waits until it is free. Rejects with `TIMEOUT` or the signal's reason. */
  lock(options: LockOptions = {}): Promise<Lock> {
    return takeLock(this.#link, this.path, options);
  }

  async #members(options?: RequestOptions): Promise<readonly unknown[] | undefined> {
    const [, names] = await this.#link.read(Request.MEMBERS, [this.path], options);
    return names === undefined ? undefined : toList(names);
  }
}

function toList(reply: unknown): readonly unknown[] {
  if (Array.isArray(reply)) return reply;
  throw new StateError("INVALID_VALUE", "The authority answered with something that is no list");
}
