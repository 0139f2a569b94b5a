/**
 * Changes applied to values, for those who keep values of their own.
 *
 * @module
 */

import type { Change, ChangedValue } from "./changes.ts";
import { applyEffect } from "./effects.ts";
import { type Effect, OperationKind } from "./operation.ts";
import { readPath } from "./path.ts";

/**
 * Returns the values after a change, given those before it. What did not change is shared.
 *
 * Applied to every change in order, from the values of one revision, it gives the values of each.
 */
export function applyChange<Shape extends object>(values: Shape, change: Change): Shape {
  const root = new Map<string, unknown>(Object.entries(values));
  for (const changed of change.values) applyEffect(root, toEffect(changed));
  // The caller says what the values are; the authority's schemas hold everybody to it.
  return Object.fromEntries(root) as Shape;
}

function toEffect(changed: ChangedValue): Effect {
  const path = readPath(changed.path);
  if (changed.kind === "delete") return [OperationKind.DELETE, path];
  if (changed.kind === "append") return [OperationKind.APPEND, path, changed.values];
  return [OperationKind.SET, path, changed.value];
}
