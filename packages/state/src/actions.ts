/**
 * Named functions that run at the authority.
 *
 * @module
 */

import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Commit, Writer } from "./commit.ts";
import { isThenable, runOnDraft } from "./draft.ts";
import { StateError } from "./errors.ts";
import type { Namespace } from "./namespace.ts";
import type { Operation } from "./operation.ts";
import { validate } from "./schemas.ts";
import { joinShards, ShardedRoot, withoutShard } from "./sharded-root.ts";

/** What an action finds out about its call. */
export interface ActionContext {
  /** Who called it: the `by` of the change. */
  readonly by: string;
  /** The revision that it works on. */
  readonly revision: number;
}

/**
 * A function that runs at the authority, by name.
 *
 * It changes the draft that it is given, all or nothing: when it throws, or
 * takes longer than its budget, nothing has happened. It cannot wait: nothing
 * else runs meanwhile. It copies what it changes, and of the keys beside it a small share.
 */
export interface Action {
  /** What its argument must satisfy; it gets the schema's output. Default: anything. */
  readonly input?: StandardSchemaV1 | undefined;
  /** The time it may take, in ms. Default 100. It cannot be stopped sooner than it returns. */
  readonly budgetMs?: number | undefined;
  // A method, so that an action may name the type of the values and the argument that it expects.
  run(draft: Record<string, unknown>, input: unknown, context: ActionContext): unknown;
}

const DEFAULT_BUDGET_MS = 100;

/** Runs an action of a namespace as one transaction. Throws what the action throws, and `BUDGET_EXCEEDED`. */
export function runAction(namespace: Namespace, name: string, action: Action, input: unknown, writer: Writer): Commit {
  namespace.require();
  const checked = action.input ? validate(action.input, input, []) : input;
  const context: ActionContext = { by: writer.by, revision: namespace.revision };
  const started = performance.now();
  const { root } = namespace;
  const { shards } = root instanceof ShardedRoot ? root : new ShardedRoot(root);
  const { operations, result } = runOnDraft(shards, (draft) =>
    refusePromise(name, action.run(joinShards(draft, root), checked, context)),
  );
  const tookMs = performance.now() - started;
  const { budgetMs = DEFAULT_BUDGET_MS } = action;
  if (tookMs > budgetMs) {
    const message = `Action "${name}" took ${Math.ceil(tookMs)} ms of its ${budgetMs} ms (budgetMs); it was undone`;
    throw new StateError("BUDGET_EXCEEDED", message);
  }
  const plain = operations.map(toPlain);
  const copy = toData(result);
  const transaction = namespace.begin(writer.by);
  namespace.attempt(transaction, () => {
    for (const operation of plain) transaction.run(operation);
  });
  return namespace.finish(transaction, writer, copy);
}

function refusePromise(name: string, result: unknown): unknown {
  if (!isThenable(result)) return result;
  result.then(undefined, () => undefined);
  throw new StateError("INVALID_VALUE", `Action "${name}" returned a promise; an action cannot wait`);
}

/** What an action leaves behind is data, whatever it was made of, and at the keys that it knows. */
function toPlain([kind, path, operand]: Operation): Operation {
  return [kind, withoutShard(path), toData(operand)];
}

/** Copies a value that came from code at this end. Throws `INVALID_VALUE` for what is no data. */
export function toData<Value>(value: Value): Value {
  if (typeof value !== "object" && typeof value !== "function" && typeof value !== "symbol") return value;
  try {
    return structuredClone(value);
  } catch (cause) {
    throw new StateError("INVALID_VALUE", "Functions, symbols and the like are no data, so they cannot be kept", {
      cause,
    });
  }
}
