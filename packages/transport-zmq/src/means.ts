/**
 * What the ends of one transport share.
 *
 * @module
 */

import type { Settings } from "./options.ts";
import type { ThreadGuard } from "./thread-guard.ts";
import type { ZapHandler } from "./zap.ts";

/** What an end works with. */
export interface Means {
  readonly settings: Settings;
  readonly guard: ThreadGuard;
  /** The allow-list, if there is one. */
  readonly zap: ZapHandler | undefined;
}
