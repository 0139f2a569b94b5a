/**
 * Events, queues and remote calls by name, over any transport.
 *
 * @module
 */

export type { Binding, MethodEvents } from "./binding.ts";
export type { Bus, Exposure } from "./bus.ts";
export type { BusStats, ServedStats, StatsOptions } from "./bus-stats.ts";
export type { GatherOptions, RpcAnswer, RpcOptions } from "./call-options.ts";
export { connectBus } from "./connect-bus.ts";
export type { ConsumeOptions, Consumer, ConsumerStats, JobHandler } from "./consumer.ts";
export type { Contract, ContractFunction, ContractFunctions, ContractSignature, Implementation } from "./contract.ts";
export { defineContract } from "./contract.ts";
export type { DeadLetter, DeadLetterOptions, DeadLetters, ReplayOptions } from "./dead-letters.ts";
export type { MethodDecorator } from "./decorators.ts";
export { listener, remote } from "./decorators.ts";
export type {
  DurablePublishOptions,
  DurableSubscribeOptions,
  DurableTopic,
  DurableTopicOptions,
} from "./durable-topic.ts";
export type { BusErrorCode, BusErrorOptions, Issue } from "./errors.ts";
export { BusError } from "./errors.ts";
export type { ClassEventOptions, EventClass, EventDefinition } from "./event.ts";
export { defineEvent } from "./event.ts";
export type { OverflowPolicy } from "./event-line.ts";
export type { EventMeta } from "./event-message.ts";
export type { EventSource } from "./event-source.ts";
export type { InstancePublication, Published, PublishOptions } from "./events.ts";
export type { ExposeOptions } from "./exposure.ts";
export type { BusFeature } from "./features.ts";
export type { BusHealth, PortHealth } from "./health.ts";
export type { BusIdentity } from "./identity.ts";
export type { Job, JobOutcome, JobRetryOptions } from "./job.ts";
export type { AnyClass, AnyFunction } from "./method-names.ts";
export { nameMethods } from "./method-names.ts";
export type { NamedArguments } from "./named.ts";
export { named } from "./named.ts";
export type { BusOptions, Gap, Incident } from "./options.ts";
export type { BusQueue, PutOptions, QueueOptions, SubmitOptions } from "./queue.ts";
export type { DeathReason, ItemMeta } from "./queue-item.ts";
export type { PeekedJob, QueueStats } from "./queue-view.ts";
export type { RetryPolicy } from "./retry.ts";
export type { Schema } from "./schema.ts";
export type { ContractStub, RemoteArguments, RemoteValue, Stub, UntypedFunction } from "./stub.ts";
export type { Submission, SubmitPatience } from "./submission.ts";
export type {
  BusSubscribeOptions,
  EventHandler,
  ReceivedEvent,
  Subscription,
  SubscriptionStats,
} from "./subscription.ts";
export type { Topic } from "./topic.ts";
export type { Patience } from "./wait.ts";
