/**
 * How operations on one object follow one another.
 *
 * @module
 */

import { callContext } from "@fourwire/session";

/** Whether an object's operations run as they arrive, or each after the one before it has settled. */
export type Execution = "parallel" | "serial";

/**
 * Runs operations in place of the worker: on another queue, under a lock, in a
 * transaction. It has to return what `operation` returns, or a promise of it.
 */
export type Dispatcher = (operation: () => unknown, owner: object) => unknown;

/** Runs operations on objects in the way that each object asks for. */
export class Executor {
  execution: Execution = "parallel";
  dispatcher: Dispatcher | undefined;
  readonly #own = new WeakMap<object, Execution>();
  readonly #last = new WeakMap<object, Promise<unknown>>();

  /** Sets how operations on one object run, from the next one on. */
  set(owner: object, execution: Execution): void {
    this.#own.set(owner, execution);
  }

  run(owner: object, operation: () => unknown): unknown {
    const { dispatcher } = this;
    const run = dispatcher ? () => dispatcher(operation, owner) : operation;
    const execution = this.#own.get(owner) ?? this.execution;
    return execution === "serial" ? this.#runInTurn(owner, run) : run();
  }

  #runInTurn(owner: object, run: () => unknown): Promise<unknown> {
    const { signal } = callContext();
    const turn = (this.#last.get(owner) ?? Promise.resolve()).then(() => {
      // Nobody waits for it any more, so it need not begin.
      signal.throwIfAborted();
      return run();
    });
    const settled = turn.catch(() => undefined);
    this.#last.set(owner, settled);
    void settled.then(() => {
      if (this.#last.get(owner) === settled) this.#last.delete(owner);
    });
    return turn;
  }
}

/** Checks an execution that comes from a user or another process. Throws a `TypeError`. */
export function readExecution(value: unknown): Execution {
  if (value === "parallel" || value === "serial") return value;
  throw new TypeError(`execution is ${String(value)}; expected "parallel" or "serial"`);
}
