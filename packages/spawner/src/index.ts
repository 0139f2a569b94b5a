/**
 * Processes and threads, and the objects inside them.
 *
 * @module
 */

export type { InstantiateOptions } from "@fourwire/proxy";
export type { AttachedWorker, AttachOptions } from "./attach.ts";
export { attach } from "./attach.ts";
export { copyOf, iterate, setExecution } from "./beside-objects.ts";
export { buildTransport, requireRecipe } from "./build-transport.ts";
export type { Daemon, DaemonOptions } from "./daemon.ts";
export { startDaemon } from "./daemon.ts";
export { checkNotImporting } from "./during-import.ts";
export type { SpawnErrorCode, SpawnErrorOptions } from "./errors.ts";
export { SpawnError } from "./errors.ts";
export type { Dispatcher, Execution } from "./execution.ts";
export type { Exit } from "./exit.ts";
export type { HostInfo } from "./host-root.ts";
export { instantiate } from "./instantiate.ts";
export type { LogCollectorOptions, LogListener } from "./log-collector.ts";
export { LogCollector } from "./log-collector.ts";
export type { LogPrinterOptions, TextOutput } from "./log-printer.ts";
export { forwardLogs, printLogs } from "./log-printer.ts";
export type { LogLevel, LogOrigin, LogRecord } from "./log-record.ts";
export type { PoolStats } from "./pool.ts";
export { WorkerPool } from "./pool.ts";
export type { PoolOptions } from "./pool-options.ts";
export type { Task, TaskOptions } from "./pool-task.ts";
export type { Restart, RestartOptions, RestartPolicy } from "./restart-options.ts";
export type { StopStep, WorkerKind } from "./runtime.ts";
export type { LogSender, SendLogsOptions } from "./send-logs.ts";
export { sendLogs } from "./send-logs.ts";
export type { ServeInOptions } from "./serve-in.ts";
export { serveInProcess, serveInThread } from "./serve-in.ts";
export type { ServedLogs, ServeLogsOptions } from "./serve-logs.ts";
export { serveLogs } from "./serve-logs.ts";
export type { ServeParentOptions } from "./serve-parent.ts";
export { serveParent } from "./serve-parent.ts";
export type { ServedProcess, ServeProcessOptions } from "./serve-process.ts";
export { serveProcess } from "./serve-process.ts";
export { spawn } from "./spawn.ts";
export type { DetachedOptions, DetachedWorker } from "./spawn-detached.ts";
export type { SpawnOptions } from "./spawn-options.ts";
export type { StopReport } from "./stop-worker.ts";
export type { ObjectSource, Worker } from "./worker.ts";
export type { LogDestination } from "./worker-logger.ts";
export { logDestination, workerLogger } from "./worker-logger.ts";
