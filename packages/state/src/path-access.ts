/**
 * Who may read and write which values.
 *
 * @module
 */

import { type Condition, pathsOf } from "./condition.ts";
import { StateError } from "./errors.ts";
import type { Namespace } from "./namespace.ts";
import { type Check, CheckKind, type Effect, type Operation, OperationKind } from "./operation.ts";
import { type FullPath, isFull, showPath } from "./path.ts";
import { isRecord } from "./transaction.ts";

/** A value that `authorizePath` is asked about. */
export interface PathRequest {
  /** What `authenticate` returned; `undefined` without it. */
  readonly principal: unknown;
  readonly action: "read" | "write";
  readonly namespace: string;
  /** The steps to the value, all of them as text: whoever may read or write it may do so to all that is in it. */
  readonly path: readonly [string, ...string[]];
}

/** Says whether somebody may do something to a value. */
export type AuthorizePath = (request: PathRequest) => boolean;

/** What gives something of the value back. */
const TELLING: ReadonlySet<number> = new Set([
  OperationKind.TAKE,
  OperationKind.INCREMENT,
  OperationKind.DEFAULT,
  OperationKind.APPEND,
]);

/** What one client may do in one namespace. */
export class PathAccess {
  readonly #authorize: AuthorizePath | undefined;
  readonly #principal: unknown;
  readonly #namespace: string;

  constructor(authorize: AuthorizePath | undefined, principal: unknown, namespace: string) {
    this.#authorize = authorize;
    this.#principal = principal;
    this.#namespace = namespace;
  }

  /** Asks whether effects may be seen; absent where everybody may see all. */
  get sees(): ((effect: Effect) => boolean) | undefined {
    return this.#authorize && (([, path]) => this.mayRead(path));
  }

  mayRead(path: FullPath): boolean {
    return this.#may("read", path);
  }

  /** Throws `UNAUTHORIZED` for a value that may not be read. */
  requireRead(path: FullPath): void {
    this.#require("read", path);
  }

  /** Throws `UNAUTHORIZED` for a value that may not be written. */
  requireWrite(path: FullPath): void {
    this.#require("write", path);
  }

  /** Throws `UNAUTHORIZED` for a condition on a value that may not be read. */
  requireCondition(condition: Condition): void {
    if (!this.#authorize) return;
    for (const path of pathsOf(condition)) this.requireRead(path);
  }

  /** Throws `UNAUTHORIZED` when one of the values may not be written, or read where the answer tells of it. */
  requireCommit(namespace: Namespace, operations: readonly Operation[], checks: readonly Check[]): void {
    if (!this.#authorize) return;
    for (const [kind, path] of checks) {
      if (kind !== CheckKind.REVISION && isFull(path)) this.requireRead(path);
    }
    for (const operation of operations) this.#requireOperation(namespace, operation);
  }

  #requireOperation(namespace: Namespace, [kind, path, operand]: Operation): void {
    if (isFull(path)) {
      this.requireWrite(path);
      if (TELLING.has(kind)) this.requireRead(path);
      return;
    }
    const fields = isRecord(operand) ? Object.keys(operand) : [];
    const gone = kind === OperationKind.MERGE ? [] : namespace.root.keys();
    for (const key of [...fields, ...gone]) this.requireWrite([key]);
  }

  #require(action: "read" | "write", path: FullPath): void {
    if (this.#may(action, path)) return;
    throw new StateError(
      "UNAUTHORIZED",
      `${showPath(path)} of "${this.#namespace}" is not for this client to ${action}`,
    );
  }

  #may(action: "read" | "write", path: FullPath): boolean {
    if (!this.#authorize) return true;
    const [key, ...rest] = path;
    // An index leads to the field of that name, too: a rule must not depend on which of them was sent.
    const steps = [key, ...rest.map(String)] as const;
    return this.#authorize({ principal: this.#principal, action, namespace: this.#namespace, path: steps });
  }
}
