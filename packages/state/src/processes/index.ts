/**
 * Processes beside a shared state.
 *
 * @module
 */

export { Context } from "./context.ts";
export type { ContextOptions } from "./context-options.ts";
export { createContext } from "./create-context.ts";
export type { DetachedArguments, DetachedOptions, DetachedProcess } from "./detached.ts";
export type { ProcessErrorCode, ProcessErrorOptions } from "./errors.ts";
export { ProcessError } from "./errors.ts";
export type { TaskResults } from "./map-chunks.ts";
export type { Process, StopOptions } from "./process.ts";
export { ProcessExit } from "./process-exit.ts";
export { ProcessGroup } from "./process-group.ts";
export type {
  Backend,
  ManyArguments,
  ManyOptions,
  ProcessDefaults,
  ProcessOptions,
  PropsOption,
  StartArguments,
} from "./process-options.ts";
export type { ProcessInfo } from "./registry.ts";
export type { ErrorType, FailedAttempt, RetryOptions } from "./retry.ts";
export type { CaughtSignals } from "./signal-error.ts";
export { raiseOnSignal, SignalError } from "./signal-error.ts";
export type { NeededShape, TaskFunction } from "./task.ts";
export { task } from "./task.ts";
export { TaskContext } from "./task-context.ts";
export { TaskPool } from "./task-pool.ts";
export type { MapOptions, PoolOptions, RunArguments, RunOptions } from "./task-pool-options.ts";
export type { ResultOf, SharedProps, Task } from "./task-reference.ts";
export type { Trigger, TriggerCondition, Triggered, TriggerOptions } from "./trigger.ts";
