/**
 * What one end of a connection serves, as the other half of that end sees it.
 *
 * @module
 */

import type { Deed, Session } from "@fourwire/session";
import type { Agents, AgentsOptions } from "./agents.ts";
import type { KeptResults } from "./kept-results.ts";
import type { Target } from "./operation.ts";
import type { References } from "./references.ts";
import type { Handing } from "./remote-node.ts";

/** What an end has of its own that what it serves needs. */
export interface ServingParts {
  readonly session: Session;
  readonly references: References;
  readonly kept: KeptResults;
  readonly handing: Handing;
  /** Returns both agents of the connection, made at the first time. */
  agents(create: (options: AgentsOptions) => Agents): Agents;
  onError(error: unknown): void;
}

/** What one end serves: calls come in, and results go out. */
export interface ServedSide {
  /** Does what was asked: at once, or later. */
  call(target: unknown, args: readonly unknown[]): unknown;
  /** Does what was asked of a value that is here, as if it were at the far end. */
  onGiven(value: unknown, target: Target, args: readonly unknown[]): unknown;
  /** Lets a queue at this end send so many emissions more. */
  credit(subscription: unknown, count: unknown): void;
  /** Says what is asked, for whoever allows or traces it. */
  describe(target: unknown): Deed;
  /** Called when the far end begins to hold something. */
  given?(value: object): void;
}
