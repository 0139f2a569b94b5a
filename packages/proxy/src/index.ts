/**
 * Live objects in another process.
 *
 * @module
 */

export { transfer } from "@fourwire/session";
export type { AgentOptions, ServedAgent } from "./agent.ts";
export { serveAgent } from "./agent.ts";
export type { AgentPart, RequestListener, SubscriberListener } from "./agent-core.ts";
export type { Agent, AgentStats, InstantiateOptions } from "./agent-of.ts";
export { agentOf, ping } from "./agent-of.ts";
export type { AgentPeer, NotificationContext, NotificationListener } from "./agent-peer.ts";
export type { BatchResults } from "./batch.ts";
export { batch } from "./batch.ts";
export { closeWith } from "./close-with.ts";
export type { ConnectOptions } from "./connect.ts";
export { connect } from "./connect.ts";
export type {
  ArgumentSchemas,
  Contract,
  ContractMember,
  ContractMembers,
  MethodContract,
  PropertyContract,
  PropertyOptions,
  ResultContract,
  SignalContract,
  StreamContract,
} from "./contract.ts";
export { defineContract, method, property, signal, stream } from "./contract.ts";
export type { RemoteContract, ServedBy } from "./contract-types.ts";
export { byReference, byValue } from "./crossing.ts";
export type { Description, MemberDescription } from "./description.ts";
export type { ProxyErrorCode, ProxyErrorOptions, ValidationIssue } from "./errors.ts";
export { ProxyError } from "./errors.ts";
export type { ExposureOptions } from "./exposure.ts";
export type { EmitterLike, FromEventsOptions } from "./from-events.ts";
export { fromEvents } from "./from-events.ts";
export type { HandOver, HandOverOptions, HandOverStats } from "./hand-over/hand-over.ts";
export { createHandOver } from "./hand-over/hand-over.ts";
export type { OwnerOptions } from "./hand-over/owner-links.ts";
export type { OwnerPlace } from "./hand-over/token.ts";
export type { InstanceContext, InstanceFactory, InstanceMode } from "./instances.ts";
export { at, describe, notify, release, set, withOptions } from "./operations.ts";
export type { Connection, ConnectSlotOptions } from "./remote-signal.ts";
export type { RepeatOptions } from "./repeat.ts";
export { rootOf } from "./root-of.ts";
export { sameRemote } from "./same-remote.ts";
export type { ContractServeOptions, ServeOptions, Server } from "./serve.ts";
export { serve } from "./serve.ts";
export type { ServedHooks } from "./served-hooks.ts";
export type { SignalLike, SignalOptions, Slot, SlotOptions } from "./signal.ts";
export { Signal } from "./signal.ts";
export type { Gap, QueueOptions, QueuePolicy } from "./signal-queue.ts";
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
  Sent,
  SettableName,
  UseSetInstead,
} from "./types.ts";
