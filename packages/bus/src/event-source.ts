/**
 * What can be published on and subscribed to.
 *
 * @module
 */

import { checkPattern, hasWildcard } from "@fourwire/transport";
import type { EventClass } from "./event.ts";
import { classEvent, EventDefinition } from "./event.ts";

/** An event, a class whose instances are events, or a channel by name, which may hold wildcards. */
export type EventSource<Output> = EventDefinition<never, Output> | EventClass<Output & object> | string;

/** A source of events of whatever type. */
export type AnyEventSource = EventSource<unknown>;

/** The events that a bus knows by their channels, for those who subscribe by a name or a pattern. */
export type Registry = ReadonlyMap<string, EventDefinition<never, unknown>>;

/** Collects events by channel. Throws a `TypeError` when two have the same. */
export function createRegistry(
  events: readonly (EventDefinition<never, unknown> | EventClass<object>)[] = [],
): Registry {
  const registry = new Map<string, EventDefinition<never, unknown>>();
  for (const event of events) {
    const definition = event instanceof EventDefinition ? event : classEvent(event);
    if (registry.has(definition.name)) throw new TypeError(`events has two for the channel "${definition.name}"`);
    registry.set(definition.name, definition);
  }
  return registry;
}

/** What a subscriber is interested in. */
export interface Interest<Output> {
  readonly pattern: string;
  /** Absent where the channel decides, as with wildcards. */
  readonly definition: EventDefinition<never, Output> | undefined;
}

/** Reads what a subscriber named. Throws a `TypeError` when it is no valid pattern. */
export function interestOf<Output>(source: EventSource<Output>): Interest<Output> {
  const definition = definitionOf(source);
  const pattern = definition?.name ?? String(source);
  checkPattern(pattern);
  if (definition && hasWildcard(pattern)) throw new TypeError(`The event "${pattern}" has a wildcard in its name`);
  return { pattern, definition };
}

function definitionOf<Output>(source: EventSource<Output>): EventDefinition<never, Output> | undefined {
  if (typeof source === "string") return undefined;
  return source instanceof EventDefinition ? source : classEvent<Output & object>(source);
}

/** One event on its way out. */
export interface Publication {
  readonly channel: string;
  /** The data as it travels, or a promise of it that rejects with `INVALID_DATA`. */
  readonly data: unknown;
  /** The name of the event's class, if it has one. */
  readonly type: string | undefined;
}

/** Reads what a publisher named. Throws `INVALID_DATA`. */
export function publicationOf(
  source: EventDefinition<never, unknown> | string,
  data: unknown,
  registry: Registry,
): Publication {
  const channel = typeof source === "string" ? source : source.name;
  const definition: EventDefinition<never, unknown> | undefined =
    typeof source === "string" ? registry.get(channel) : source;
  const type = className(data);
  const fields = type === undefined ? data : { ...Object(data) };
  const accepted = definition ? accept(definition, data) : undefined;
  return { channel, type, data: accepted instanceof Promise ? accepted.then(() => fields) : fields };
}

/** Checks by an event whose input type is not known here. */
function accept(definition: { accept(data: unknown): unknown }, data: unknown): unknown {
  return definition.accept(data);
}

/** Names the class of an instance that is an event; plain data and what the platform itself makes have none. */
export function className(data: unknown): string | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  const prototype: unknown = Object.getPrototypeOf(data);
  if (typeof prototype !== "object" || prototype === null || !Object.hasOwn(prototype, "constructor")) return undefined;
  const type = prototype.constructor;
  if (BUILT_IN.has(type) || ArrayBuffer.isView(data) || data instanceof Error) return undefined;
  return type.name || undefined;
}

/** The classes whose instances are data. */
const BUILT_IN: ReadonlySet<unknown> = new Set([Object, Array, Map, Set, Date, ArrayBuffer]);
