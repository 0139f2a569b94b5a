/**
 * What the ports of one transport share.
 *
 * @module
 */

import type { SignalWatch } from "@fourwire/transport";
import type { Connections } from "./connections.ts";
import type { Names } from "./names.ts";
import type { Settings } from "./options.ts";
import type { Subscriptions } from "./subscriptions.ts";

/** What a port works with. */
export interface Means {
  readonly settings: Settings;
  readonly names: Names;
  readonly connections: Connections;
  readonly subscriptions: Subscriptions;
  /** Watches the signals of those who wait, however many have the same. */
  readonly signals: SignalWatch;
}
