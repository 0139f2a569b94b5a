/**
 * Fourwire's features as one application: configured, injected, closed as one.
 *
 * @module
 */

export type { App } from "./app.ts";
export type { BindConfig, BusConfig, EventBus } from "./bus-feature.ts";
export { EVENT_BUS } from "./bus-feature.ts";
export type { CommonConfig, ContainerConfig } from "./config.ts";
export { configure } from "./configure.ts";
export type { DriverName, DriverOptions, DriversConfig, TransportChoice } from "./drivers.ts";
export type { Environment } from "./environment.ts";
export type { ConfigIssue, ContainerErrorCode } from "./errors.ts";
export { ContainerError } from "./errors.ts";
export type { HubConfig, HubConnectConfig, HubServeConfig } from "./hub-feature.ts";
export { HUB, HUB_TRANSPORT } from "./hub-feature.ts";
export type { DependencyContainer, InjectionToken } from "./injection.ts";
export { delay, inject, injectAll, injectable, instanceCachingFactory, Lifecycle, scoped } from "./injection.ts";
export type { PlaceConfig } from "./place.ts";
export type { Provider, Resolve } from "./provider.ts";
export { provide } from "./provider.ts";
export type { ConnectConfig, ProxyConfig, ServeConfig } from "./proxy-config.ts";
export { proxyToken, serverToken } from "./proxy-feature.ts";
export type { OpeningOptions, ServingOptions, SharedSessionOptions } from "./session-schema.ts";
export type { SourceOptions } from "./sources.ts";
export type { Spawner } from "./spawned-workers.ts";
export type { AttachConfig, ProcessConfig, SpawnerConfig, WorkerConfig } from "./spawner-config.ts";
export { attachedToken, SERVED_PROCESS, SPAWNER, workerToken } from "./spawner-feature.ts";
export type { StartOptions } from "./start.ts";
export type { StateConfig, StateConnectConfig, StateServeConfig } from "./state-feature.ts";
export { STATE, STATE_SERVER, stateToken } from "./state-feature.ts";
export type { Token } from "./token.ts";
export { LOGGER, TRANSPORT, transportToken } from "./token.ts";
export type { TracerProvider, Tracing, TracingChoice } from "./tracing.ts";
