/**
 * Live objects in another process, used as if they were local. Node only.
 *
 * @module
 */

export { at } from "./at.ts";
export type { ConnectSyncOptions } from "./connect-sync.ts";
export { connectSync } from "./connect-sync.ts";
export type { ConnectSlotSyncOptions } from "./sync-signals.ts";
export type {
  ReceivedSync,
  RemoteSync,
  RemoteSyncMember,
  RemoteSyncMethod,
  RemoteSyncOf,
  RemoteSyncSignal,
} from "./types.ts";
