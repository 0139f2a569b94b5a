/**
 * One shared state that processes read, change and wait on.
 *
 * @module
 */

export type { Action, ActionContext } from "./actions.ts";
export type { NamespaceSettings } from "./authority.ts";
export type { Entry, LogLimits } from "./change-log.ts";
export type { Change, ChangedValue, Snapshot } from "./changes.ts";
export type { Condition, ValueCondition, Where } from "./condition.ts";
export { all, any, not, where } from "./condition.ts";
export type { ConnectStateOptions } from "./connect-state.ts";
export { connectState } from "./connect-state.ts";
export type { Issue, StateErrorCode, StateErrorOptions } from "./errors.ts";
export { StateError } from "./errors.ts";
export type { SubscribeOptions } from "./follower.ts";
export { hashOf } from "./hash.ts";
export type { StateLimitOptions, StateLimits } from "./limits.ts";
export type { Lock, LockOptions } from "./lock.ts";
export { memoryStore } from "./memory-store.ts";
export type { Namespaces } from "./namespaces.ts";
export type { Effect } from "./operation.ts";
export type { Path, Segment } from "./path.ts";
export type { AuthorizePath, PathRequest } from "./path-access.ts";
export { applyChange } from "./replay.ts";
export type { SchemaOptions } from "./schemas.ts";
export type { ServeStateOptions, StateServer } from "./serve-state.ts";
export { serveState } from "./serve-state.ts";
export { State } from "./state.ts";
export type { NextChangeAtOptions, StateNode } from "./state-node.ts";
export type { GetOptions, RequestOptions, SetOptions, WaitForOptions, WriteOptions } from "./state-options.ts";
export type { Loaded, Store, StoredLease, StoredNamespace, StoreWrite } from "./store.ts";
export type { Place, StateTransaction } from "./transaction-builder.ts";
export type { Key, ValueAt, View } from "./types.ts";
export type { UpdateOptions } from "./update.ts";
export type {
  ChangesOptions,
  HistoryOptions,
  NextChangeOptions,
  UntilOptions,
  WantedChanges,
} from "./watch-options.ts";
