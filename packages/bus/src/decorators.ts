/**
 * What the methods of a class are for, noted at the class and connected by `bus.bind`.
 *
 * @module
 */

import type { EventMeta } from "./event-message.ts";
import type { AnyEventSource, EventSource } from "./event-source.ts";
import type { ExposeOptions } from "./exposure.ts";
import { type AnyFunction, methodsOf, prototypesOf } from "./method-names.ts";
import type { BusSubscribeOptions } from "./subscription.ts";

/** A method that listens. */
export interface ListenerNote {
  readonly source: AnyEventSource;
  readonly options: BusSubscribeOptions;
}

/** A method that is served. */
export interface RemoteNote {
  /** Default: `Class.method`. */
  readonly name: string | undefined;
  readonly options: ExposeOptions;
}

/** What was noted of one method. */
interface Notes {
  readonly listeners: ListenerNote[];
  readonly remotes: RemoteNote[];
}

/** What was noted of methods. Nothing is connected by it. */
const notes = new WeakMap<AnyFunction, Notes>();

/** A standard decorator of methods, which it leaves as they are. */
export type MethodDecorator<Method extends AnyFunction> = (
  method: Method,
  context: ClassMethodDecoratorContext,
) => void;

/**
 * Notes that a method handles events, for when an instance is bound.
 *
 * @example
 * ```ts
 * class Billing {
 *   @listener(OrderPlaced)
 *   async bill(order: Order) { … }
 * }
 * await using binding = await bus.bind(new Billing());
 * ```
 */
export function listener<Output>(
  source: Exclude<EventSource<Output>, string>,
  options?: BusSubscribeOptions,
): MethodDecorator<(event: Output, meta: EventMeta) => unknown>;
/** Notes that a method handles the events of a channel or a pattern, of whatever type they are. */
export function listener(
  channel: string,
  options?: BusSubscribeOptions,
): MethodDecorator<(event: never, meta: EventMeta) => unknown>;
export function listener(
  source: AnyEventSource,
  options: BusSubscribeOptions = {},
): MethodDecorator<(event: never, meta: EventMeta) => unknown> {
  return (method, context) => {
    checkMethod("listener", context);
    notesOf(method).listeners.push({ source, options });
  };
}

/** Notes that a method is served, as `Class.method` or by another name, for when an instance is bound. */
export function remote(name?: string, options: ExposeOptions = {}): MethodDecorator<AnyFunction> {
  return (method, context) => {
    checkMethod("remote", context);
    notesOf(method).remotes.push({ name, options });
  };
}

/** A method of an instance, with what was noted of it. */
export interface NotedMethod extends Notes {
  /** `Class.method`. */
  readonly name: string;
  readonly method: AnyFunction;
}

/** Finds the methods of an instance of which something was noted; one that is overridden counts as the class below has it. */
export function notedMethods(instance: object): readonly NotedMethod[] {
  const found = new Map<string, NotedMethod | undefined>();
  for (const prototype of prototypesOf(instance)) {
    for (const [key, method] of methodsOf(prototype)) {
      if (found.has(key)) continue;
      const noted = notes.get(method);
      found.set(key, noted && { name: `${prototype.constructor.name}.${key}`, method, ...noted });
    }
  }
  return [...found.values()].filter((noted) => noted !== undefined);
}

function notesOf(method: AnyFunction): Notes {
  const noted = notes.get(method) ?? { listeners: [], remotes: [] };
  notes.set(method, noted);
  return noted;
}

function checkMethod(decorator: string, context: ClassMethodDecoratorContext): void {
  if (context.kind === "method" && !context.static && !context.private) return;
  throw new TypeError(`@${decorator} belongs to a public method; "${String(context.name)}" is none`);
}
