/**
 * Changes, as users see them.
 *
 * @module
 */

import type { WireChange } from "./filter.ts";
import { type Effect, OperationKind } from "./operation.ts";
import type { Path } from "./path.ts";

/** What became of one value. */
export type ChangedValue =
  | { readonly kind: "set"; readonly path: Path; readonly value: unknown }
  | { readonly kind: "delete"; readonly path: Path }
  | { readonly kind: "append"; readonly path: Path; readonly values: readonly unknown[] };

/** One committed transaction. */
export interface Change {
  readonly kind: "change";
  /** One more than that of the transaction before. */
  readonly revision: number;
  /** The history that the revision belongs to: another one begins when the authority lost its own. */
  readonly epoch: string;
  /** The authority's clock, in ms since 1970. Nothing is ordered by it. */
  readonly at: number;
  /** Who made it: a client, or `authority` for values that expired or lost their owner. */
  readonly by: string;
  /** Whether this client made it. */
  readonly own: boolean;
  /** The transaction's tag, or the action's name. */
  readonly tag: string | undefined;
  /** Whether it set what was so already. */
  readonly noop: boolean;
  /** What changed, of what was asked for. */
  readonly values: readonly ChangedValue[];
}

/** All values at once: where a watch begins, or what stands for changes that cannot be had any more. */
export interface Snapshot<Shape = Readonly<Record<string, unknown>>> {
  readonly kind: "snapshot";
  readonly revision: number;
  readonly epoch: string;
  readonly value: Shape;
}

/** Who reads changes, and of which history. */
export interface Reader {
  readonly client: string;
  readonly epoch: string;
}

/** Reads a change that crossed. */
export function readChange([revision, at, by, tag, noop, effects]: WireChange, { client, epoch }: Reader): Change {
  const values = effects.map(readEffect);
  return { kind: "change", revision, epoch, at, by, own: by === client, tag, noop, values };
}

function readEffect([kind, path, operand]: Effect): ChangedValue {
  if (kind === OperationKind.DELETE) return { kind: "delete", path };
  if (kind === OperationKind.APPEND) return { kind: "append", path, values: Array.isArray(operand) ? operand : [] };
  return { kind: "set", path, value: operand };
}
