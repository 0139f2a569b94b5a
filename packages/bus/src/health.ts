/**
 * Whether a bus works, asked of the way its messages take.
 *
 * @module
 */

import { toError } from "@fourwire/session";
import type { Topics } from "@fourwire/transport";
import { BusError } from "./errors.ts";
import type { BusParts } from "./parts.ts";
import { abortable, type Patience, within } from "./wait.ts";

/** Whether one port works. */
export type PortHealth =
  | { readonly ok: true; readonly roundTripMs: number }
  | { readonly ok: false; readonly error: Error };

/** Whether a bus works. */
export interface BusHealth {
  /** Whether everything works that the transport has. */
  readonly ok: boolean;
  /** A message of this bus to itself; absent where the transport has no topics. */
  readonly topics?: PortHealth;
  /** A look at a queue; absent where the transport has no queues. */
  readonly queues?: PortHealth;
}

/** The time that a probe may take unless another is given. */
const DEFAULT_TIMEOUT_MS = 5_000;

/** Probes what the transport has. Never rejects. */
export async function probe(
  parts: BusParts,
  has: { readonly topics: boolean; readonly queues: boolean },
  { signal, timeoutMs = DEFAULT_TIMEOUT_MS }: Patience,
): Promise<BusHealth> {
  const patience = { signal, timeoutMs };
  const [topics, queues] = await Promise.all([
    has.topics ? probePort(parts, patience, (ending) => probeTopics(parts, ending)) : undefined,
    has.queues ? probePort(parts, patience, () => parts.queues().size(parts.names.queue("health"))) : undefined,
  ]);
  const ok = topics?.ok !== false && queues?.ok !== false;
  return { ok, ...(topics && { topics }), ...(queues && { queues }) };
}

async function probePort(
  parts: BusParts,
  patience: Patience,
  run: (signal: AbortSignal) => Promise<unknown>,
): Promise<PortHealth> {
  const startedAt = performance.now();
  const timeout = (): BusError => new BusError("TIMEOUT", `The probe had no answer within ${patience.timeoutMs} ms`);
  try {
    await within(patience, parts.closing, timeout, (signal) => abortable(run(signal), signal));
    return { ok: true, roundTripMs: performance.now() - startedAt };
  } catch (error) {
    return { ok: false, error: toError(error) };
  }
}

/** Sends a message that only this bus subscribes to, and waits until it is here. */
async function probeTopics(parts: BusParts, signal: AbortSignal): Promise<void> {
  const topics: Topics = parts.topics();
  const topic = parts.names.inbox(`${parts.self.id}.health`);
  await using subscription = await topics.subscribe(topic, { signal });
  const arrived = subscription[Symbol.asyncIterator]().next();
  await topics.publish(topic, [new Uint8Array(1)], { signal });
  await abortable(arrived, signal);
}
