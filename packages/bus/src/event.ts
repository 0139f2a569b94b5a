/**
 * What an event is: a name, and the data that goes with it.
 *
 * @module
 */

import type { Schema } from "./schema.ts";
import { check } from "./schema.ts";

/** A class whose instances are events. */
export interface EventClass<Event extends object> {
  readonly name: string;
  readonly prototype: Event;
  new (...args: never[]): Event;
}

/** How a class becomes an event. */
export interface ClassEventOptions<Event extends object> {
  /** The channel. Default: the class's name. */
  readonly name?: string | undefined;
  /** Checks the fields. Default: they are taken as they are. */
  readonly schema?: Schema<unknown> | undefined;
  /** Makes an event of the fields. Default: an instance of the class whose constructor was not run. */
  readonly restore?: ((fields: object) => Event) | undefined;
}

/** The name of a channel and the data on it, in one object that publishers and subscribers share. */
export class EventDefinition<Input, Output = Input> {
  /** The channel. */
  readonly name: string;
  readonly #schema: Schema<unknown> | undefined;
  readonly #restore: (data: unknown) => Output;

  constructor(name: string, schema: Schema<unknown> | undefined, restore: (data: unknown) => Output) {
    this.name = name;
    this.#schema = schema;
    this.#restore = restore;
  }

  /** Checks what is to be published. Throws or rejects with `INVALID_DATA`. */
  accept(data: Input): unknown {
    return this.#schema ? check(this.#schema, data, `The event "${this.name}"`) : data;
  }

  /** Makes what a handler gets of what was received. Throws or rejects with `INVALID_DATA`. */
  receive(data: unknown): Output | Promise<Output> {
    const checked = this.#schema ? check(this.#schema, data, `The event "${this.name}"`) : data;
    return checked instanceof Promise ? checked.then(this.#restore) : this.#restore(checked);
  }
}

/**
 * Defines an event by name and schema.
 *
 * Both ends check: bad data rejects at the publisher, and bad data from
 * elsewhere goes to the subscriber's `onError`. What travels is the data as it
 * was published; what a schema makes of it, each subscriber makes for itself.
 *
 * @example
 * ```ts
 * const OrderPlaced = defineEvent("order.placed", z.object({ id: z.string(), total: z.number() }));
 * ```
 */
export function defineEvent<Input, Output>(name: string, schema: Schema<Input, Output>): EventDefinition<Input, Output>;
/** Defines an event by name alone: its data has the type that is claimed, and nobody checks. */
export function defineEvent<Data>(name: string): EventDefinition<Data>;
/**
 * Defines an event by a class.
 *
 * What travels is the instance's fields. A subscriber gets an instance only of
 * a class that it named itself; nothing in a message says which.
 */
export function defineEvent<Event extends object>(
  type: EventClass<Event>,
  options?: ClassEventOptions<Event>,
): EventDefinition<Event>;
export function defineEvent(
  subject: string | EventClass<object>,
  details?: Schema<unknown> | ClassEventOptions<object>,
): EventDefinition<unknown> {
  if (typeof subject !== "string") return classEvent(subject, isSchema(details) ? { schema: details } : details);
  return new EventDefinition(subject, isSchema(details) ? details : undefined, (data) => data);
}

/** Defines the event of a class. */
export function classEvent<Event extends object>(
  type: EventClass<Event>,
  { name = type.name, schema, restore = (fields) => instanceOf(type, fields) }: ClassEventOptions<Event> = {},
): EventDefinition<Event> {
  return new EventDefinition<Event>(name, schema, (data) => restore(fieldsOf(data)));
}

/** Makes an instance without running the constructor, whose arguments did not travel. */
function instanceOf<Event extends object>(type: EventClass<Event>, fields: object): Event {
  const instance: Event = Object.create(type.prototype);
  return Object.assign(instance, fields);
}

function fieldsOf(data: unknown): object {
  if (typeof data === "object" && data !== null && !Array.isArray(data)) return data;
  throw new TypeError("An event of a class is an object of its fields");
}

function isSchema(value: unknown): value is Schema<unknown> {
  return typeof value === "object" && value !== null && "~standard" in value;
}
