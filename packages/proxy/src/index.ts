/**
 * Live objects in another process.
 *
 * @module
 */

export { closeWith } from "./close-with.ts";
export type { ConnectOptions } from "./connect.ts";
export { connect } from "./connect.ts";
export { byReference, byValue } from "./crossing.ts";
export type { Description, MemberDescription } from "./description.ts";
export type { ProxyErrorCode } from "./errors.ts";
export { ProxyError } from "./errors.ts";
export type { ExposureOptions } from "./exposure.ts";
export type { Agent, AgentStats } from "./operations.ts";
export { agentOf, at, describe, notify, ping, release, set, withOptions } from "./operations.ts";
export type { Connection, ConnectSlotOptions } from "./remote-signal.ts";
export { rootOf } from "./root-of.ts";
export { sameRemote } from "./same-remote.ts";
export type { ServeOptions, Server } from "./serve.ts";
export { serve } from "./serve.ts";
export type { ServedHooks } from "./served-hooks.ts";
export type { SignalLike, SignalOptions, Slot, SlotOptions } from "./signal.ts";
export { Signal } from "./signal.ts";
export type {
  Received,
  Remote,
  RemoteClass,
  RemoteMember,
  RemoteMethod,
  RemoteOf,
  RemoteProperty,
  RemoteResult,
  RemoteSignal,
  SettableName,
  UseSetInstead,
} from "./types.ts";
