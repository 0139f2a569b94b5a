/**
 * Places at a server, and what is done there.
 *
 * @module
 */

import type { Imported } from "../references.ts";

/** A place at the server: something it holds, and the path below that. */
export interface SyncPlace {
  readonly reference: number;
  /** What is known of that, when it arrived by reference. */
  readonly imported: Imported | undefined;
  readonly path: readonly string[];
}

/** Does something at a place and returns what came of it. Throws what the server throws. */
export type Operate = (place: SyncPlace, operation: number, args: readonly unknown[]) => unknown;

/** Points at a member. */
export function memberOf({ reference, imported, path }: SyncPlace, name: string): SyncPlace {
  return { reference, imported, path: [...path, name] };
}
