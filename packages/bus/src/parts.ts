/**
 * What the parts of a bus share.
 *
 * @module
 */

import type { Metadata, Tracing, ValueCodec } from "@fourwire/session";
import { createValueCodec, toError } from "@fourwire/session";
import type { Logs, Queues, Topics } from "@fourwire/transport";
import type { Ending } from "./ending.ts";
import { BusError } from "./errors.ts";
import type { Registry } from "./event-source.ts";
import { createRegistry } from "./event-source.ts";
import { requireFeatures } from "./features.ts";
import type { BusIdentity } from "./identity.ts";
import { createNames, type Names } from "./names.ts";
import type { BusOptions, Gap, Incident } from "./options.ts";
import { Outbox } from "./outbox.ts";
import { randomId } from "./random-id.ts";

/** What the parts of one bus share. */
export interface BusParts {
  readonly self: BusIdentity;
  readonly names: Names;
  readonly codec: ValueCodec;
  readonly registry: Registry;
  readonly rpcTimeoutMs: number;
  readonly graceMs: number;
  readonly tracing: Tracing | undefined;
  /** Aborts when the bus begins to close. What runs may still use the ports. */
  readonly closing: Ending;
  /** Aborts when nothing of it runs any more. */
  readonly closed: Ending;
  /** Gives the topics. Throws `CLOSED`, or `UNSUPPORTED` where there are none. */
  topics(): Topics;
  /** Takes what goes to one other bus. */
  readonly outbox: Outbox;
  /** Gives the queues. Throws `CLOSED`, or `UNSUPPORTED` where there are none. */
  queues(): Queues;
  /** Gives the durable channels. Throws `CLOSED`, or `UNSUPPORTED` where there are none. */
  logs(): Logs;
  /** Takes what went wrong and nobody waits for. Never throws. */
  report(thrown: unknown, incident: Incident): void;
  gap(gap: Gap): void;
}

const DEFAULT_RPC_TIMEOUT_MS = 30_000;
const DEFAULT_GRACE_MS = 5_000;

/** When a bus ends. */
export interface BusLife {
  /** Aborts when it begins to close. */
  readonly closing: Ending;
  /** Aborts when nothing of it runs any more. */
  readonly closed: Ending;
}

/** Completes options. Throws a `TypeError` for what makes no sense, and `UNSUPPORTED`. */
export function createParts(options: BusOptions, { closing, closed }: BusLife): BusParts {
  const { transport, namespace = "bus", codec, limits, errors, logger, onError, onGap } = options;
  const { rpcTimeoutMs = DEFAULT_RPC_TIMEOUT_MS, graceMs = DEFAULT_GRACE_MS } = options;
  checkAbove("rpcTimeoutMs", rpcTimeoutMs, 0);
  if (!(graceMs >= 0)) throw new TypeError(`graceMs is ${String(graceMs)}; expected a number of milliseconds`);
  requireFeatures(transport, options.requires ?? []);
  const id = randomId();
  const showStacks = options.showStacks ?? transport.traits.local;
  const logError = (error: Error, incident: Incident): void =>
    logger?.warn({ ...incident, error: error.name }, "The bus met an error that nobody waits for");
  const logGap = (gap: Gap): void => logger?.warn(gap, "Events may have been missed");
  const topics = (): Topics => present(transport.topics, "topics", transport.name, closed);
  return {
    self: { id, name: options.name ?? id },
    names: createNames(namespace),
    codec: createValueCodec({ codec, limits, errors: { BusError, ...errors }, showStacks }),
    registry: createRegistry(options.events),
    rpcTimeoutMs,
    graceMs,
    tracing: options.tracing,
    closing,
    closed,
    topics,
    outbox: new Outbox(topics),
    queues: () => present(transport.queues, "queues", transport.name, closed),
    logs: () => present(transport.logs, "durable channels", transport.name, closed),
    report: (thrown, incident) => quietly(() => (onError ?? logError)(toError(thrown), incident)),
    gap: (gap) => quietly(() => (onGap ?? logGap)(gap)),
  };
}

/** Runs within the span of something that is published, put or called. Throws or rejects as that does. */
export function traced<Result>(
  { tracing }: BusParts,
  name: string,
  metadata: Metadata,
  run: (metadata: Metadata) => Promise<Result>,
): Promise<Result> {
  return tracing ? spanned(tracing, name, metadata, run) : run(metadata);
}

async function spanned<Result>(
  tracing: Tracing,
  name: string,
  metadata: Metadata,
  run: (metadata: Metadata) => Promise<Result>,
): Promise<Result> {
  const span = tracing.startCall(name, metadata);
  try {
    const result = await run(span.metadata);
    span.end();
    return result;
  } catch (error) {
    span.end(error);
    throw error;
  }
}

/** Runs within the span of something that has arrived. */
export function served(parts: BusParts, name: string, metadata: Metadata, run: () => unknown): unknown {
  return parts.tracing ? parts.tracing.serve(name, metadata, run) : run();
}

/** Throws a `TypeError` that names a value which is not above a bound. */
export function checkAbove(name: string, value: number, bound: number): void {
  if (!(value > bound)) throw new TypeError(`${name} is ${String(value)}; expected a number above ${bound}`);
}

/** Throws a `TypeError` that names a value which is no count of something. */
export function checkCount(name: string, value: number): void {
  if (!(Number.isSafeInteger(value) && value >= 1)) {
    throw new TypeError(`${name} is ${String(value)}; expected a whole number, 1 or more`);
  }
}

function present<Port>(port: Port | undefined, what: string, transport: string, closed: Ending): Port {
  if (closed.isOver) throw new BusError("CLOSED", "The bus is closed");
  if (port) return port;
  throw new BusError("UNSUPPORTED", `The transport "${transport}" has no ${what}`);
}

/** Hooks are users' code: what they throw must not end what called them. */
function quietly(run: () => void): void {
  try {
    run();
  } catch {
    // There is nobody left to tell.
  }
}
