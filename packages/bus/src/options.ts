/**
 * The options of a bus.
 *
 * @module
 */

import type { CodecName, ErrorClass, LimitOptions, Logger, Tracing } from "@fourwire/session";
import type { Transport } from "@fourwire/transport";
import type { EventClass, EventDefinition } from "./event.ts";
import type { BusFeature } from "./features.ts";

/** Where something went wrong that nobody waits for. */
export interface Incident {
  readonly kind: "event" | "job" | "call" | "reply";
  /** The channel, queue or function. */
  readonly name: string;
}

/** That events may have been missed. */
export interface Gap {
  /** What was subscribed to. */
  readonly pattern: string;
  /** How many were dropped; absent when nobody knows, because the way to them was interrupted. */
  readonly missed: number | undefined;
}

/** How a bus behaves. Everything but the transport has a default. */
export interface BusOptions {
  /** What the bus is built on. It stays open when the bus closes. */
  readonly transport: Transport;
  /** What the transport must be able to do: opening rejects with `UNSUPPORTED` otherwise. Default: nothing. */
  readonly requires?: readonly BusFeature[] | undefined;
  /** Keeps buses on one transport apart. Default `bus`. */
  readonly namespace?: string | undefined;
  /** What others see as the name of this bus. Default: its id. */
  readonly name?: string | undefined;
  /** The events that subscribers by name or pattern get checked, and as instances of their classes. Default: none. */
  readonly events?: readonly (EventDefinition<never, unknown> | EventClass<object>)[] | undefined;
  /** The time a call may take unless it says otherwise, in ms. Default 30,000; `Infinity` for none. */
  readonly rpcTimeoutMs?: number | undefined;
  /** The time that `close` gives to what is running, in ms. Default 5,000. */
  readonly graceMs?: number | undefined;
  /** How messages are written; every bus reads only its own. Default `cbor`. */
  readonly codec?: CodecName | undefined;
  /** The bounds of one message: `maxMessageBytes`, `maxDepth`, `maxItems`. */
  readonly limits?: LimitOptions | undefined;
  /** The classes of which received errors become instances, by the errors' `name`. The built-in ones are always there. */
  readonly errors?: Readonly<Record<string, ErrorClass>> | undefined;
  /** Whether errors cross with their stack traces. Default: only on a transport within one machine. */
  readonly showStacks?: boolean | undefined;
  /** Called with what handlers throw and with messages that cannot be read. Default: the logger is told. */
  readonly onError?: ((error: Error, incident: Incident) => void) | undefined;
  /** Called when a subscription may have missed events. Default: the logger is told. */
  readonly onGap?: ((gap: Gap) => void) | undefined;
  /** Where the bus tells what happens to it; a pino logger fits. No line holds data. Default: nowhere. */
  readonly logger?: Logger | undefined;
  /** Makes spans of publishing, handling and calling; see `@fourwire/session/tracing`. Default: none. */
  readonly tracing?: Tracing | undefined;
}
